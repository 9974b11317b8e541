// SPDX-License-Identifier: BSD-2-Clause
// Another table reaches the device by a path in a string.
// Expect: unsupported
// Run: \MOVE
// Truth: 0xfeffd000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "BYTEXT1", 1)
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
