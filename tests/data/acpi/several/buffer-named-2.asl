// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "BUFFER2", 1)
{
    External (\_SB.VCLK.RBUF, BuffObj)
    Method (\MOVE) {
        CreateDWordField (\_SB.VCLK.RBUF, 4, BASE)
        BASE = 0xFEFFD000
    }
}
