// SPDX-License-Identifier: BSD-2-Clause
// The length of the buffer is a variable.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSSIZEN", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS, 0, Serialized) {
                Name (SIZE, 14)
                Return (Buffer (SIZE) {
                    0x86, 0x09, 0x00, 0x00, 0x00, 0xB0, 0xFF, 0xFE, 0x00, 0x10, 0x00, 0x00, 0x79, 0x00
                })
            }
        }
    }
}
