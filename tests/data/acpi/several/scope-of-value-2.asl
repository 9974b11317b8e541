// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "SCOPEVA2", 1)
{
    External (\_SB.VCLK.RBUF, DeviceObj)
    Scope (\_SB.VCLK.RBUF) {
    }
}
