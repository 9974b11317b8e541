// SPDX-License-Identifier: BSD-2-Clause
// The resources pass through a local variable.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "METHODLO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS) {
                Store (ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                }, Local0)
                Return (Local0)
            }
        }
    }
}
