// SPDX-License-Identifier: BSD-2-Clause
// A device in a scope in a device, five levels of names.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.PCI0.ISA_.VCLK
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "SCOPEIND", 1)
{
    Device (\_SB.PCI0) {
        Name (_HID, EisaId ("PNP0A08"))
        Name (_CID, EisaId ("PNP0A03"))
        Scope (\_SB.PCI0) {
            Device (ISA) {
                Name (_ADR, 0x00010000)
                Scope (\) {
                    Device (\_SB.PCI0.ISA.VCLK) {
                        Name (_HID, "AMZNC10C")
                        Name (_CRS, ResourceTemplate () {
                            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                        })
                    }
                }
            }
        }
    }
}
