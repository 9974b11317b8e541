// SPDX-License-Identifier: BSD-2-Clause
// The compatible id in the place of the hardware id.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDVMCLO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Method (_HID, 0, Serialized) {
                Name (ID00, "VMCLOCK")
                Return (ID00)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
