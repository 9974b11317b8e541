// SPDX-License-Identifier: BSD-2-Clause
// A Device in the method that gives the device its _CRS: that is what is found below the name.
// Expect: unsupported
// Truth: no range
DefinitionBlock ("", "DSDT", 2, "A", "BELOW1", 1) {
  Scope (\_SB) { Device (VCLK) {
    Name (_HID, "AMZNC10C")
    Name (RBUF, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) })
    Method (_CRS) { Return (RBUF) } } } }
