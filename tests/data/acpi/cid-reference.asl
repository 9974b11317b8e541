// SPDX-License-Identifier: BSD-2-Clause
// The package of compatible ids refers to an object with ours.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDREFER", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (IDS, "VMCLOCK")
            Name (_CID, Package () {IDS})
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
