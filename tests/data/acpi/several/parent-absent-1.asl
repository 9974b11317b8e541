// SPDX-License-Identifier: BSD-2-Clause
// What the device lies in is not present, says another table.
// Expect: no-device
// Path: \_SB.PCI0.VCLK
// Parent: \_SB.PCI0
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "PARENT1", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Name (_STA, 0)
        }
    }
}
