// SPDX-License-Identifier: BSD-2-Clause
// The package of compatible ids refers to an object of another table.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "CIDREF1", 1)
{
    Name (\IDS, "VMCLOCK")
}
