// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "TWICENM3", 1)
{
    Device (\_SB.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (TMPL, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
        })
        Method (_CRS) {
            Return (TMPL)
        }
    }
}
