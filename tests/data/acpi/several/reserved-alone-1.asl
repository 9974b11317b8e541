// SPDX-License-Identifier: BSD-2-Clause
// The buffer that _CRS returns has a name of ACPI's own. Nobody else uses it, which is not looked for.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "RESERVD1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_PRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Method (_CRS) {
                Return (_PRS)
            }
        }
    }
}
