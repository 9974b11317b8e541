// SPDX-License-Identifier: BSD-2-Clause
// The resources are added in a scope of their own.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSSCOPE", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_UID, Zero)
        }
        Scope (VCLK) {
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
