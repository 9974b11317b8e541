// SPDX-License-Identifier: BSD-2-Clause
// A method returns a name of the device, which nothing else names.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSMETHO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (RBUF, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Method (_CRS, 0, Serialized) {
                Return (RBUF)
            }
        }
    }
}
