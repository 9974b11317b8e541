// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASU2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    Alias (\_SB.VCLK, \_SB.VCL2)
}
