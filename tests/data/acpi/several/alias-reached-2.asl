// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASR2", 1)
{
    External (\_SB.VCL2._STA, IntObj)
    Method (\HIDE) {
        \_SB.VCL2._STA = 0
    }
}
