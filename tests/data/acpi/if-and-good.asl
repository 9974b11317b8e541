// SPDX-License-Identifier: BSD-2-Clause
// A device under a condition and one that is not.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "IFANDGOO", 1)
{
    Name (FLAG, 1)
    If (FLAG) {
        Scope (\_SB) {
            Device (VCL0) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
                })
            }
        }
    }
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
