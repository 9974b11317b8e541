// SPDX-License-Identifier: BSD-2-Clause
// Another table gives the device its _STA.
// Expect: unsupported
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "STAELS1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
