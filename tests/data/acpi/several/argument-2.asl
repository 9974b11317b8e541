// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ARGUME2", 1)
{
    External (\_SB.VCLK._CRS, BuffObj)
    Method (\PTCH, 1) {
        CreateDWordField (Arg0, 4, BASE)
        BASE = 0xFEFFD000
    }
    Method (\MOVE) {
        \PTCH (\_SB.VCLK._CRS)
    }
}
