// SPDX-License-Identifier: BSD-2-Clause
// A method returns a name from around the device.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSMETHO", 1)
{
    Scope (\_SB) {
        Name (RBUF, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS) {
                Return (RBUF)
            }
        }
    }
}
