// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "OSDT", 2, "A", "OSDTXX", 1) {
  External (\_SB.VCLK._CRS, BuffObj)
  Device (\OTHR) { Name (_HID, "QEMU0001") Method (_INI) {
    CreateDWordField (\_SB.VCLK._CRS, 4, BASE)
    BASE = 0xA0000000 } } }
