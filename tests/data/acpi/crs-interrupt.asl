// SPDX-License-Identifier: BSD-2-Clause
// An interrupt of the extended kind.
// Expect: ok 0xfeffb000 0x1000 irq 0x21 0x3
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSINTER", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 0x21 }
            })
        }
    }
}
