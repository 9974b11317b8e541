// SPDX-License-Identifier: BSD-2-Clause
// A method returns the compatible ids that another one gives.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDCALL ", 1)
{
    Scope (\_SB) {
        Method (IDS0) {
            Return (Package () { "QEMU9999", "VMCLOCK" })
        }
        Device (VCLK) {
            Name (_HID, "QEMU0001")
            Method (_CID) {
                Return (IDS0 ())
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
