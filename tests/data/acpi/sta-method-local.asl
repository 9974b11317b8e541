// SPDX-License-Identifier: BSD-2-Clause
// A method returns a name of its own.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAMETHO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_STA, 0, Serialized) {
                Name (STAT, 0x0F)
                Return (STAT)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
