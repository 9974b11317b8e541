// SPDX-License-Identifier: BSD-2-Clause
// The device has two names; it is one device all the same.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASDEV", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
    Scope (\_SB) {
        Alias (VCLK, VCL1)
    }
}
