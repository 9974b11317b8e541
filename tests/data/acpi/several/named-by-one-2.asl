// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "NAMED2", 1)
{
    External (\_SB.VCLK.ABAB, IntObj)
    Method (\SETX) {
        \_SB.VCLK.ABAB = 5
    }
}
