// SPDX-License-Identifier: BSD-2-Clause
// A range without length.
// Expect: resource
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSZERO ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, Buffer () {
                0x86, 0x09, 0x00, 0x00, 0x00, 0xB0, 0xFF, 0xFE,
                0x00, 0x00, 0x00, 0x00, 0x79, 0x00
            })
        }
    }
}
