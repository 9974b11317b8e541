// SPDX-License-Identifier: BSD-2-Clause
// A device behind a Match, whose id another object gives.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "MATCID", 1) {
  Name (IDST, "VMCLOCK")
  Scope (\_SB) {
    Local0 = Match (Package () { 1 }, MEQ, 1, MTR, 0, 0)
    Device (VCLK) {
    Name (_CID, Package () { IDST })
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
