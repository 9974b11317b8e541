// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASP3", 1)
{
    External (\XPCI.VCLK._STA, IntObj)
    Method (\HIDE) {
        \XPCI.VCLK._STA = 0
    }
}
