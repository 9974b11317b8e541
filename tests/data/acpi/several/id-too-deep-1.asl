// SPDX-License-Identifier: BSD-2-Clause
// A device deeper than is followed, whose id another object gives.
// Expect: unsupported
// Path: \A0.A1.A2.A3.A4.A5.A6.A7.A8.A9.B0.B1.B2.B3.B4.VCLK
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "DEEPCI", 1) {
  Name (IDST, "VMCLOCK")
  Device (A0) { Device (A1) { Device (A2) { Device (A3) { Device (A4) { Device (A5) { Device (A6) { Device (A7) {
  Device (A8) { Device (A9) { Device (B0) { Device (B1) { Device (B2) { Device (B3) { Device (B4) {
    Device (VCLK) {
    Name (_CID, Package () { IDST })
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) }
  } } } } } } } } } } } } } } } }
