// SPDX-License-Identifier: BSD-2-Clause
// The resources are a piece of a larger buffer.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "FIELDCRS", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (RBUF, Buffer () {
                0xFF, 0x86, 0x09, 0x00, 0x01, 0x00, 0xB0, 0xFF, 0xFE, 0x00, 0x10, 0x00, 0x00, 0x79, 0x00
            })
            CreateField (RBUF, 0x08, 0x70, _CRS)
        }
    }
}
