// SPDX-License-Identifier: BSD-2-Clause
// An absent device that code elsewhere may make present.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAOUTON", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, Zero)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Method (_INI) {
            \_SB.VCLK._STA = 0x0F
        }
    }
}
