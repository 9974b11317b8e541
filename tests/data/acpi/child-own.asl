// SPDX-License-Identifier: BSD-2-Clause
// A device inside is absent and has resources of its own.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CHILDOWN", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Device (SUB0) {
                Name (_ADR, Zero)
                Name (_STA, Zero)
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
                })
            }
        }
    }
}
