// SPDX-License-Identifier: BSD-2-Clause
// Other devices have objects of the same names.
// Expect: ok 0xfeffb000 0x1000
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "BUFFER1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (RBUF, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Name (STAV, 0x0F)
            Method (_STA) {
                Return (STAV)
            }
            Method (_CRS) {
                Return (RBUF)
            }
        }
    }
}
