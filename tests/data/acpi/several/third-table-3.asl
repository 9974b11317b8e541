// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "THIRDT3", 1)
{
    External (\_SB.PCI0.VCLK._STA, IntObj)
    External (\_SB.PCI0, DeviceObj)
    Scope (\_SB.PCI0) {
        Method (HIDE) {
            ^VCLK._STA = 0
        }
    }
}
