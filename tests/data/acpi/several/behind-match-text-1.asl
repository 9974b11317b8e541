// SPDX-License-Identifier: BSD-2-Clause
// A path as text behind a Match; the name in it is not padded.
// Expect: unsupported
// Path: \_SB.VC
// Truth: 0xa0000000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "MATTXT", 1) {
  Scope (\_SB) { Device (VC) {
    Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
