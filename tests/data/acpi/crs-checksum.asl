// SPDX-License-Identifier: BSD-2-Clause
// An end tag with a right checksum.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSCHECK", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, Buffer () {
                0x86, 0x09, 0x00, 0x00, 0x00, 0xB0, 0xFF, 0xFE,
                0x00, 0x10, 0x00, 0x00, 0x79, 0x3B
            })
        }
    }
}
