// SPDX-License-Identifier: BSD-2-Clause
// A Return that belongs to no method ends the table.
// Expect: unsupported
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "RETURNB1", 1)
{
    Scope (\_SB) {
        Name (FOO, 1)
    }
}
