// SPDX-License-Identifier: BSD-2-Clause
// An interrupt of the small kind, with flags.
// Expect: ok 0xfeffb000 0x1000 irq 0x5 0xd
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSIRQ  ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                IRQ (Level, ActiveLow, Shared) { 5 }
            })
        }
    }
}
