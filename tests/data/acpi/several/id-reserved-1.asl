// SPDX-License-Identifier: BSD-2-Clause
// An id by a name of ACPI's own.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDRESER1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU0001")
            Name (_UID, "VMCLOCK")
            Name (_CID, Package () {_UID})
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
