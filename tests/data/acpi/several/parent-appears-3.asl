// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "PARENT3", 1)
{
    External (\_SB.PCI0._STA, IntObj)
    Method (\SHOW) {
        \_SB.PCI0._STA = 0x0F
    }
}
