// SPDX-License-Identifier: BSD-2-Clause
// A device in the root scope, whose name is a prefix and nothing else.
// Expect: ok 0xfeffb000 0x1000
// Path: \VCLK
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "SCOPEROO", 1)
{
    Scope (\) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
