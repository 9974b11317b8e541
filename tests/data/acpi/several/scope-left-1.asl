// SPDX-License-Identifier: BSD-2-Clause
// A Scope of one name, which is found farther up, and a name that goes up from there.
// Expect: unsupported
// Truth: 0xfe000000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "SLEFT", 1) {
  Device (\_SB.VCLK) {
    Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) }
  Device (\_SB.FOOO) { Name (_ADR, 1) }
  Device (\_SB.BARR) { Name (_ADR, 2) }
}
