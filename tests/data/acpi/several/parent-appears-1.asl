// SPDX-License-Identifier: BSD-2-Clause
// What the device lies in is not present until a third table says so.
// Expect: unsupported
// Path: \_SB.PCI0.VCLK
// Parent: \_SB.PCI0
// Run: \SHOW
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "PARENT1", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Name (_STA, 0)
        }
    }
}
