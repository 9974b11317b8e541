// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "SLEFTMD", 1) {
  External (\_SB.FOOO, DeviceObj)
  External (\_SB.BARR, DeviceObj)
  Scope (\_SB.FOOO) { Scope (BARR) { Device (^VCLK) {
    Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFE000000, 0x1000) }) } } }
}
