// SPDX-License-Identifier: BSD-2-Clause
// A descriptor that is longer than the buffer.
// Expect: resource
// Path: none
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSCUT  ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, Buffer () {
                0x86, 0x09, 0x00, 0x00, 0x00, 0xB0, 0xFF, 0xFE,
                0x79, 0x00
            })
        }
    }
}
