// SPDX-License-Identifier: BSD-2-Clause
// The method does more than to return its constant.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STASTORE", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (STAV, 0)
            Method (_STA) {
                Store (1, STAV)
                Return (0x0F)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
