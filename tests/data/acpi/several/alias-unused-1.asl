// SPDX-License-Identifier: BSD-2-Clause
// The device has a second name. Nothing uses it, which is not looked for.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "ALIASU1", 1)
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
