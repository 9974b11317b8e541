// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSELS2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    Scope (\_SB.VCLK) {
        Name (_CRS, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
    }
}
