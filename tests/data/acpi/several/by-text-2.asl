// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "BYTEXT2", 1)
{
    Method (\PTCH, 1) {
        CreateDWordField (Arg0, 4, BASE)
        BASE = 0xFEFFD000
    }
    Method (\MOVE) {
        Local0 = "\\_SB.VCLK._CRS"
        \PTCH (DerefOf (Local0))
    }
}
