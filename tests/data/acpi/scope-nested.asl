// SPDX-License-Identifier: BSD-2-Clause
// Scopes in scopes.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.PCI0.VCLK
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "SCOPENES", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_ADR, 0)
        }
        Scope (\_SB) {
            Scope (PCI0) {
                Device (VCLK) {
                    Name (_HID, "AMZNC10C")
                    Name (_CRS, ResourceTemplate () {
                        Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                    })
                }
            }
        }
    }
}
