// SPDX-License-Identifier: BSD-2-Clause
// A device that is not present does not hide another one.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.VCL1
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ABSENTAN", 1)
{
    Scope (\_SB) {
        Device (VCL0) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
            })
        }
        Device (VCL1) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
