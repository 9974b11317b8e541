// SPDX-License-Identifier: BSD-2-Clause
// The id is made of a buffer.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDTOSTR1", 1)
{
    Name (TABL, Buffer () {"AMZNC10C"})
    Scope (\_SB) {
        Device (VCLK) {
            Method (_HID) {
                Return (ToString (TABL))
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
