// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "FIELD2", 1) {
  External (\_SB.VCLK, DeviceObj)
  Scope (\_SB.VCLK) {
    OperationRegion (REG0, SystemMemory, 0x1000, 0x20)
    Field (REG0, ByteAcc, NoLock, Preserve) { RBUF, 8 } } }
