// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "LIKENA2", 1)
{
    External (\_SB.OTHR, DeviceObj)
    External (\_SB.OTHR.VCLK, DeviceObj)
    External (\_SB.OTHR.VCLK._STA, IntObj)
    External (\_SB.OTHR.VCLK._CRS, BuffObj)
    Scope (\_SB.OTHR) {
        Method (_INI) {
            ^VCLK._STA = 0
            CreateDWordField (\_SB.OTHR.VCLK._CRS, 4, BASE)
            BASE = 0
        }
    }
}
