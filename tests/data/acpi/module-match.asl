// SPDX-License-Identifier: BSD-2-Clause
// A device behind a Match, which changes nothing.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "MODULEMA", 1)
{
    Name (LIST, Package () { 1, 2, 3 })
    Name (SLOT, 0)
    Store (Match (LIST, MEQ, 2, MTR, 0, 0), SLOT)
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
