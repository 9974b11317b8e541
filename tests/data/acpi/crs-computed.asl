// SPDX-License-Identifier: BSD-2-Clause
// A method writes the address into the template.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSCOMPU", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS, 0, Serialized) {
                Name (RBUF, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0x00000000, 0x1000, VADR)
                })
                CreateDWordField (RBUF, VADR._BAS, BASE)
                Store (0xFEFFB000, BASE)
                Return (RBUF)
            }
        }
    }
}
