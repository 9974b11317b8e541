// SPDX-License-Identifier: BSD-2-Clause
// A method returns the hardware id by a name that is defined after it.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDNAME ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Method (_HID) {
                Return (XHID)
            }
            Name (XHID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
