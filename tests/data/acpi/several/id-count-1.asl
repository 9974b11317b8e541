// SPDX-License-Identifier: BSD-2-Clause
// How many ids a package has is computed.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDCOUNT1", 1)
{
    Name (NUM0, 1)
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU0001")
            Name (_CID, Package (NUM0) {"VMCLOCK"})
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
