// SPDX-License-Identifier: BSD-2-Clause
// The device's _INI stores the id.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "IDSTORE1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU0001")
            Method (_INI) {
                _HID = "AMZNC10C"
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
