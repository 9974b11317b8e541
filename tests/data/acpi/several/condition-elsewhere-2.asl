// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CONDIT2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    If (One) {
        Scope (\_SB.VCLK) {
            Name (_STA, 0)
        }
    }
}
