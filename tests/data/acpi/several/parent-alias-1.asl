// SPDX-License-Identifier: BSD-2-Clause
// That what the device lies in is absent comes by a second name.
// Expect: unsupported
// Path: \_SB.PCI0.VCLK
// Parent: \_SB.PCI0
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "PARENTA1", 1)
{
    Name (\ZERO, 0)
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Alias (\ZERO, _STA)
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
