// SPDX-License-Identifier: BSD-2-Clause
// A method of the device takes back its presence before anybody asks.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "METHODST", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Method (_INI) {
                Store (Zero, _STA)
            }
        }
    }
}
