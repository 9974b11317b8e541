// SPDX-License-Identifier: BSD-2-Clause
// The device's name is a field of a buffer already.
// Expect: unsupported
// Truth: no range
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "BUFFERF1", 1)
{
    Scope (\_SB) {
        Name (XBUF, Buffer (8) {})
        CreateDWordField (XBUF, 0, VCLK)
    }
}
