// SPDX-License-Identifier: BSD-2-Clause
// The buffer goes on behind its end tag.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSBUFFE", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, Buffer (0x40) {
                0x86, 0x09, 0x00, 0x00, 0x00, 0xB0, 0xFF, 0xFE, 0x00, 0x10, 0x00, 0x00, 0x79, 0x00
            })
        }
    }
}
