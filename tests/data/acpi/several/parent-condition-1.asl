// SPDX-License-Identifier: BSD-2-Clause
// The device is in a scope that another table defines under a condition.
// Expect: unsupported
// Path: \_SB.PCI0.VCLK
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "PARENT1", 1)
{
    If (One) {
        Scope (\_SB) {
            Device (PCI0) {
                Name (_HID, "PNP0A08")
            }
        }
    }
}
