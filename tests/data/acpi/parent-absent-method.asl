// SPDX-License-Identifier: BSD-2-Clause
// A method says that what the device lies in is not present.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "PARENTAB", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Method (_STA) {
                Return (0)
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
