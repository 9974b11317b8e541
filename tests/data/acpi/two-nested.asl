// SPDX-License-Identifier: BSD-2-Clause
// A device in a device: the inner one is complete first.
// Expect: ok 0xfeffd000 0x1000
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.VCL0.VCL1
// Path: \_SB.VCL0
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "TWONESTE", 1)
{
    Scope (\_SB) {
        Device (VCL0) {
            Name (_HID, "AMZNC10C")
            Device (VCL1) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
                })
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
