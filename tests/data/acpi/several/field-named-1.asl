// SPDX-License-Identifier: BSD-2-Clause
// A field that another table puts into the device has the name of what _CRS returns.
// Expect: unsupported
// Truth: no range
DefinitionBlock ("", "DSDT", 2, "A", "FIELD1", 1) {
  Scope (\_SB) { Device (VCLK) {
    Name (_HID, "AMZNC10C")
    Name (RBUF, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) })
    Method (_CRS) { Return (RBUF) } } } }
