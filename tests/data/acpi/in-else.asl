// SPDX-License-Identifier: BSD-2-Clause
// A device under the other side of a condition.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "INELSE  ", 1)
{
    Name (FLAG, 1)
    If (FLAG) {
        Store (0, FLAG)
    } Else {
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
