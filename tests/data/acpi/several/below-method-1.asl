// SPDX-License-Identifier: BSD-2-Clause
// The method that gives the resources finds another buffer below itself.
// Expect: unsupported
// Truth: 0xfeffd000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "BELOWME1", 1)
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
        }
    }
}
