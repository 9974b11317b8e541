// SPDX-License-Identifier: BSD-2-Clause
// A string is the name of the device's own buffer.
// Expect: unsupported
// Truth: 0xfeffd000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "TEXTALO1", 1)
{
    Method (\PTCH, 1, Serialized) {
        CreateDWordField (Arg0, 4, BASE)
        BASE = 0xFEFFD000
        Return (1)
    }
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (RBUF, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Method (_CRS) {
                Return (RBUF)
            }
            Method (_INI, 0, Serialized) {
                Local0 = "RBUF"
                \PTCH (DerefOf (Local0))
            }
        }
    }
}
