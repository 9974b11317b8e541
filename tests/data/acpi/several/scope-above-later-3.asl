// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "SCLATER3", 1) {
  External (\_SB.OTHR, DeviceObj)
  Scope (\_SB.OTHR) { Device (VCLK) { Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFE000000, 0x1000) }) } } }
