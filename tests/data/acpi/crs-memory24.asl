// SPDX-License-Identifier: BSD-2-Clause
// A range of the 24-bit kind.
// Expect: resource
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSMEMOR", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, Buffer () {
                0x81, 0x09, 0x00, 0x00, 0x00, 0x0A, 0x00, 0x0A,
                0x00, 0x00, 0x10, 0x00, 0x79, 0x00
            })
        }
    }
}
