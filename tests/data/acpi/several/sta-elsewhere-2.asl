// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAELS2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    Scope (\_SB.VCLK) {
        Name (_STA, 0)
    }
}
