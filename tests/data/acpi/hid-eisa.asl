// SPDX-License-Identifier: BSD-2-Clause
// EISA ids are numbers and never ours.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDEISA ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, EisaId ("PNP0C02"))
            Name (_CID, Package () { EisaId ("PNP0A03"), EisaId ("PNP0A08") })
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
