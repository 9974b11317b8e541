// SPDX-License-Identifier: BSD-2-Clause
// _STA says that it is not present.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAABSEN", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, Zero)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
