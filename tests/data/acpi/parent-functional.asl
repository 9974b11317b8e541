// SPDX-License-Identifier: BSD-2-Clause
// What the device lies in is not present but works: what is in it counts.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.PCI0.VCLK
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "PARENTFU", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Name (_STA, 0x08)
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
