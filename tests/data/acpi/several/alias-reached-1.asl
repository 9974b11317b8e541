// SPDX-License-Identifier: BSD-2-Clause
// The device has two names, and is hidden by the second.
// Expect: unsupported
// Run: \HIDE
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "ALIASR1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Alias (VCLK, VCL2)
    }
}
