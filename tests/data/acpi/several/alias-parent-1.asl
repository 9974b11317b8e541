// SPDX-License-Identifier: BSD-2-Clause
// A name for what the device lies in, by which it is hidden.
// Expect: unsupported
// Path: \_SB.PCI0.VCLK
// Run: \HIDE
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "ALIASP1", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_STA, 0x0F)
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
