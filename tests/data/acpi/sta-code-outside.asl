// SPDX-License-Identifier: BSD-2-Clause
// Presence is taken back by a method that is put into the device.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STACODEO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Method (VCLK._INI) {
            _STA = Zero
        }
    }
}
