// SPDX-License-Identifier: BSD-2-Clause
// The id begins with ours.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDLONGE", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_ADR, 0)
            Name (_CID, Package () { "AMZNC10C0", "VMCLOCKS" })
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
