// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "MATTXT", 1) {
  Method (\PTC1, 1) { CreateDWordField (Arg0, 4, BASE) BASE = 0xA0000000 }
  Device (\OTHR) { Name (_HID, "QEMU0001") Method (_INI) {
    Local1 = Match (Package () { 1 }, MEQ, 1, MTR, 0, 0)
    Local0 = "\\_SB.VC._CRS"
    PTC1 (DerefOf (Local0)) } } }
