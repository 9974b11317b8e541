// SPDX-License-Identifier: BSD-2-Clause
// An Alias behind a Match; a third table goes by it.
// Expect: unsupported
// Truth: 0xa0000000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "MATALI", 1) {
  Scope (\_SB) { Device (VCLK) {
    Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
