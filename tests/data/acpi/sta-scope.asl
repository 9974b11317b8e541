// SPDX-License-Identifier: BSD-2-Clause
// Presence is taken back in a scope that opens the device again.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STASCOPE", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Scope (VCLK) {
            Name (_STA, Zero)
        }
    }
}
