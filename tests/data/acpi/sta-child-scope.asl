// SPDX-License-Identifier: BSD-2-Clause
// A scope inside opens the device again.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STACHILD", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Scope (\_SB.VCLK) {
                Name (_STA, Zero)
            }
        }
    }
}
