// SPDX-License-Identifier: BSD-2-Clause
// The compatible id is the first of its package.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDPACKA", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, EisaId ("PNP0A03"))
            Name (_CID, Package () { "VMCLOCK", "PNP0A06" })
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
