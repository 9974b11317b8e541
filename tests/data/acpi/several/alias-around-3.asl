// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "ALIARO", 1) {
  External (\ABCD.VCLK._CRS, BuffObj)
  Device (\OTHR) { Name (_HID, "QEMU0001") Method (_INI) {
    CreateDWordField (\ABCD.VCLK._CRS, 4, BASE)
    BASE = 0xA0000000 } } }
