// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "TWICENM2", 1)
{
    Device (\_SB.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (RBUF, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
        Method (_CRS) {
            Return (RBUF)
        }
    }
}
