// SPDX-License-Identifier: BSD-2-Clause
// What the device lies in is not present until code says so.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "PARENTAP", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Name (_STA, 0)
            Method (_INI) {
                _STA = 0x0F
            }
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
