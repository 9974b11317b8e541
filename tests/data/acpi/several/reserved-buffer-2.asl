// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "RESERVD2", 1)
{
    External (\_SB.VCLK._PRS, BuffObj)
    Device (\_SB.OTHR) {
        Name (_HID, "QEMU0001")
        Method (_INI) {
            CreateDWordField (\_SB.VCLK._PRS, 4, BASE)
            BASE = 0xFEFFD000
        }
    }
}
