// SPDX-License-Identifier: BSD-2-Clause
// The device is put into a device of another table.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.PCI0.VCLK
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "ACROSS1", 1)
{
    Scope (\_SB) {
        Device (PCI0) {
            Name (_HID, "PNP0A08")
            Name (_STA, 0x0F)
        }
    }
}
