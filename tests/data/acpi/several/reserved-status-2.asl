// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "RESERVD2", 1)
{
    External (\_SB.VCLK._XST, IntObj)
    Device (\_SB.OTHR) {
        Name (_HID, "QEMU0001")
        Method (_INI) {
            \_SB.VCLK._XST = 0
        }
    }
}
