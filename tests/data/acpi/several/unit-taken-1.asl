// SPDX-License-Identifier: BSD-2-Clause
// The device's name is a unit of a Field already.
// Expect: unsupported
// Truth: no range
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "UNITTAK1", 1)
{
    Scope (\_SB) {
        OperationRegion (REGN, SystemIO, 0x100, 0x10)
        Field (REGN, ByteAcc, NoLock, Preserve) {VCLK, 8}
    }
}
