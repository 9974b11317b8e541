// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "FIELDAR2", 1)
{
    External (RGN0, OpRegionObj)
    Scope (\_SB) {
        Field (\RGN0, ByteAcc, NoLock, Preserve) {
            PARE, 8
        }
    }
}
