// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASO2", 1)
{
    External (\_SB.VCLK._STA, IntObj)
    Alias (\_SB.VCLK._STA, \HERE)
    Method (\HIDE) {
        \HERE = 0
    }
}
