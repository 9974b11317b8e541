// SPDX-License-Identifier: BSD-2-Clause
// A method returns the package.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDMETHO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU9999")
            Method (_CID) {
                Return (Package () { "PNP0C02", "VMCLOCK" })
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
