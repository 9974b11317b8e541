// SPDX-License-Identifier: BSD-2-Clause
// A second name for the presence of the device, in another table.
// Expect: unsupported
// Run: \HIDE
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "ALIASO1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
