// SPDX-License-Identifier: BSD-2-Clause
// The device has two names: what the second one does is not followed.
// Expect: unsupported
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
