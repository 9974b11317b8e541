// SPDX-License-Identifier: BSD-2-Clause
// Presence is an object of the device, which nothing else names.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STACOMPU", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (STAV, 0x0F)
            Method (_STA) {
                Return (STAV)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
