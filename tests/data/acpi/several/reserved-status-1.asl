// SPDX-License-Identifier: BSD-2-Clause
// The value that _STA returns has such a name as well.
// Expect: unsupported
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "RESERVD1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_XST, 0x0F)
            Method (_STA) {
                Return (_XST)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
