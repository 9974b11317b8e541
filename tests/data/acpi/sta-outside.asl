// SPDX-License-Identifier: BSD-2-Clause
// Presence is taken back by path, from outside the device.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAOUTSI", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Name (VCLK._STA, Zero)
    }
}
