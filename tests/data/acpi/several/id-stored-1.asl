// SPDX-License-Identifier: BSD-2-Clause
// Another device's _INI stores the id.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDSTORE1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU0001")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
