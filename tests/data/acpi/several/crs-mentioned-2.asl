// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSMEN2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    Scope (\_SB.VCLK) {
        Method (_ON) {
        }
    }
}
