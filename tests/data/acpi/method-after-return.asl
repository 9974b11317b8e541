// SPDX-License-Identifier: BSD-2-Clause
// What stands behind a Return is never run, but only execution tells.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "METHODAF", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_STA) {
                Return (0x0F)
                Return (Zero)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
