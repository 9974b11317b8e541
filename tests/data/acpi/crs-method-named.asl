// SPDX-License-Identifier: BSD-2-Clause
// A method returns a name of the device that other code names too.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSMETHO", 1)
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
            Method (_SRS, 1) {
                RBUF = Arg0
            }
        }
    }
}
