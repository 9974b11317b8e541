// SPDX-License-Identifier: BSD-2-Clause
// A shared level-triggered interrupt, the first of two.
// Expect: ok 0xfeffb000 0x1000 irq 0x2a 0xd
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSINTER", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Interrupt (ResourceConsumer, Level, ActiveLow, Shared) { 0x2A, 0x2B }
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
