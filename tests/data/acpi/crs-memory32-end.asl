// SPDX-License-Identifier: BSD-2-Clause
// A Memory32 range whose highest base was taken for its end.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSMEMOR", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32 (ReadOnly, 0xFEFFB000, 0xFEFFBFFF, 0x01, 0x1000)
            })
        }
    }
}
