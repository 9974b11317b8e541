// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "BELOWME2", 1)
{
    External (\_SB.VCLK._CRS, MethodObj)
    Name (\_SB.VCLK._CRS.RBUF, ResourceTemplate () {
        Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
    })
}
