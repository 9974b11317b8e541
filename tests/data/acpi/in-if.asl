// SPDX-License-Identifier: BSD-2-Clause
// A device under a condition.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "INIF    ", 1)
{
    Name (FLAG, 1)
    If (FLAG) {
        Scope (\_SB) {
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
