// SPDX-License-Identifier: BSD-2-Clause
// Code of the device takes back its presence.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STORESTA", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Store (Zero, _STA)
        }
    }
}
