// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "THIRDT2", 1)
{
    External (\_SB.PCI0, DeviceObj)
    Scope (\_SB.PCI0) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
