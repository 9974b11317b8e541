// SPDX-License-Identifier: BSD-2-Clause
// An end tag with a wrong checksum.
// Expect: resource
// Path: none
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSCHECK", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, Buffer () {
                0x86, 0x09, 0x00, 0x00, 0x00, 0xB0, 0xFF, 0xFE,
                0x00, 0x10, 0x00, 0x00, 0x79, 0x5A
            })
        }
    }
}
