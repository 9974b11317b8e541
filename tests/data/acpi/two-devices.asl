// SPDX-License-Identifier: BSD-2-Clause
// Two devices.
// Expect: ok 0xfeffb000 0x1000
// Expect: ok 0xfeffd000 0x1000
// Path: \_SB.VCL0
// Path: \_SB.VCL1
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "TWODEVIC", 1)
{
    Scope (\_SB) {
        Device (VCL0) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Device (VCL1) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
            })
        }
    }
}
