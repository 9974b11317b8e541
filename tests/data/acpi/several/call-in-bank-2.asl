// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CALLINB2", 1)
{
    External (\PTCH, MethodObj)
    External (\_SB.VCLK._CRS, BuffObj)
    OperationRegion (REGN, SystemIO, 0x100, 0x10)
    Field (REGN, ByteAcc, NoLock, Preserve) {BANK, 8}
    Device (\_SB.OTHR) {
        Name (_HID, "QEMU0002")
        Method (_INI, 0, Serialized) {
            BankField (\REGN, \BANK, \PTCH (\_SB.VCLK._CRS), ByteAcc, NoLock, Preserve) {BFLD, 8}
            BFLD = 1
        }
    }
}
