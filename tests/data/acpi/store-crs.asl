// SPDX-License-Identifier: BSD-2-Clause
// Code of the device moves the page.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STORECRS", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            CreateDWordField (_CRS, 0x04, BASE)
            Store (0xFEFFD000, BASE)
        }
    }
}
