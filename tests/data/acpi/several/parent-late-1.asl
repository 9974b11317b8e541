// SPDX-License-Identifier: BSD-2-Clause
// The device is in a scope that only a later table defines, too late.
// Expect: no-device
// Path: \_SB.PCI0.VCLK
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "PARENT1", 1)
{
    Name (\FOO, 1)
}
