// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "STAELS2", 1)
{
    Scope (\_SB) {
        Method (HIDE) {
            If (CondRefOf (\_SB.VCLK._STA, Local0)) {
                \_SB.VCLK._STA = 0
            }
        }
    }
    External (\_SB.VCLK._STA, IntObj)
}
