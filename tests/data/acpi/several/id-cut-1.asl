// SPDX-License-Identifier: BSD-2-Clause
// The id is cut out of a string.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDCUT1", 1)
{
    Name (TABL, "XXAMZNC10CXX")
    Scope (\_SB) {
        Device (VCLK) {
            Method (_HID) {
                Return (Mid (TABL, 2, 8))
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
