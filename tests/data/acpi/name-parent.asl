// SPDX-License-Identifier: BSD-2-Clause
// A name that begins with the parent's prefix.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "NAMEPARE", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_ADR, 0)
            Device (^VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
