// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "INIPAT2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    External (\_SB.VCLK._CRS, BuffObj)
    Method (\_SB.VCLK._INI) {
        CreateDWordField (\_SB.VCLK._CRS, 4, BASE)
        BASE = 0xFEFFD000
    }
}
