// SPDX-License-Identifier: BSD-2-Clause
// The same by the device itself.
// Expect: unsupported
// Truth: 0xfeffd000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "CALLINS1", 1)
{
    Method (\PTCH, 1, Serialized) {
        CreateDWordField (Arg0, 4, BASE)
        BASE = 0xFEFFD000
        Return (1)
    }
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Name (FOO, Buffer (\PTCH (_CRS)) {1})
        }
    }
}
