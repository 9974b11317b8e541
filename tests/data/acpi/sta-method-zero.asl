// SPDX-License-Identifier: BSD-2-Clause
// A method returns 0.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAMETHO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_STA) {
                Return (Zero)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
