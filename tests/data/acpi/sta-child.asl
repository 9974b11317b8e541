// SPDX-License-Identifier: BSD-2-Clause
// A device inside takes presence back by its parent's path.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STACHILD", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Device (SUB0) {
                Name (_ADR, Zero)
                Name (^_STA, Zero)
            }
        }
    }
}
