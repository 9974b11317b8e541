// SPDX-License-Identifier: BSD-2-Clause
// The object that gives the resources has a second name.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASNAM", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (RBUF, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Method (_CRS) {
                Return (RBUF)
            }
            Alias (RBUF, RBU2)
        }
    }
}
