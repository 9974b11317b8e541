// SPDX-License-Identifier: BSD-2-Clause
// The device is in the second table, the first and the third have to do with it.
// Expect: unsupported
// Path: \_SB.PCI0.VCLK
// Run: \_SB.PCI0.HIDE
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "THIRDT1", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
        }
    }
}
