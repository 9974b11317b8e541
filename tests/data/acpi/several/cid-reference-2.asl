// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDREF2", 1)
{
    External (\IDS, StrObj)
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU0001")
            Name (_CID, Package () {"PNP0C02", \IDS})
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
