// SPDX-License-Identifier: BSD-2-Clause
// A method returns an id by a reserved name.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDRESER1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU0001")
            Name (_XID, "VMCLOCK")
            Method (_CID) {
                Return (_XID)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
