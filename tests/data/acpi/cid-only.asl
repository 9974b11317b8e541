// SPDX-License-Identifier: BSD-2-Clause
// There is no _HID.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDONLY ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_ADR, 3)
            Name (_CID, "VMCLOCK")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
