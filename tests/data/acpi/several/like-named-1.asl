// SPDX-License-Identifier: BSD-2-Clause
// Another device has a child of the same name, which code hides and moves.
// Expect: ok 0xfeffb000 0x1000
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "LIKENA1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
    Scope (\_SB) {
        Device (OTHR) {
            Name (_HID, "QEMU0001")
            Device (VCLK) {
                Name (_STA, 0x0F)
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
                })
            }
        }
    }
}
