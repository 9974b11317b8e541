// SPDX-License-Identifier: BSD-2-Clause
// The compatible id is one string of a package with numbers.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDPACKA", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU9999")
            Name (_CID, Package () { EisaId ("PNP0C02"), "PNP0A06", "VMCLOCK", 0xFF })
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
