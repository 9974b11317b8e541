// SPDX-License-Identifier: BSD-2-Clause
// A path in a string without the padding of its names.
// Expect: unsupported
// Path: \_SB.VC
// Truth: 0xfeffd000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "TEXTSHO1", 1)
{
    Method (\PTCH, 1, Serialized) {
        CreateDWordField (Arg0, 4, BASE)
        BASE = 0xFEFFD000
        Return (1)
    }
    Scope (\_SB) {
        Device (VC) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
