// SPDX-License-Identifier: BSD-2-Clause
// Of two objects one returns a name, so names are watched; what is stored to is another one, whose short form is the least.
// Expect: ok 0xfeffb000 0x1000
// Run: \SETX
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "NAMED1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (ABAB, 1)
            Name (RANG, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Method (_CRS) {
                Return (RANG)
            }
        }
    }
}
