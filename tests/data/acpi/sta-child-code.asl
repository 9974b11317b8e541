// SPDX-License-Identifier: BSD-2-Clause
// Code of a device inside takes presence back: a name is looked for upwards.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STACHILD", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Device (SUB0) {
                Name (_ADR, Zero)
                Method (_INI) {
                    _STA = Zero
                }
            }
        }
    }
}
