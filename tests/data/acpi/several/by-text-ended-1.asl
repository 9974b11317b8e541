// SPDX-License-Identifier: BSD-2-Clause
// A path as text in a buffer that goes on behind it.
// Expect: unsupported
// Truth: 0xa0000000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "NULTXT", 1) {
  Scope (\_SB) { Device (VCLK) {
    Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
