// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "NULTXT", 1) {
  Method (\PTC1, 1) { CreateDWordField (Arg0, 4, BASE) BASE = 0xA0000000 }
  Device (\OTHR) { Name (_HID, "QEMU0001") Method (_INI) {
    Local0 = ToString (Buffer () { 0x5C,0x5F,0x53,0x42,0x2E,0x56,0x43,0x4C,0x4B,0x2E,0x5F,0x43,0x52,0x53,0x00,0x01 })
    PTC1 (DerefOf (Local0)) } } }
