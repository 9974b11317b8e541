// SPDX-License-Identifier: BSD-2-Clause
// The id comes from a package in a package.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDNESTE1", 1)
{
    Name (TABL, Package () {Package () {"AMZNC10C"}})
    Scope (\_SB) {
        Device (VCLK) {
            Method (_HID) {
                Return (DerefOf (DerefOf (TABL [0]) [0]))
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
