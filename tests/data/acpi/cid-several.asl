// SPDX-License-Identifier: BSD-2-Clause
// A package of ids of both forms, ours the last.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDSEVER", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, EisaId ("PNP0C02"))
            Name (_CID, Package () {
                EisaId ("PNP0C01"),
                "QEMU0001",
                "VMCLOCK"
            })
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
