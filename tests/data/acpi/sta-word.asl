// SPDX-License-Identifier: BSD-2-Clause
// A two-byte number with bit 0 clear.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAWORD ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0100)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
