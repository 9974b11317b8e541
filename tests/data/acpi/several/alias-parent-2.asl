// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASP2", 1)
{
    External (\_SB.PCI0, DeviceObj)
    Alias (\_SB.PCI0, \XPCI)
}
