// SPDX-License-Identifier: BSD-2-Clause
// An id is stored by a path as text, in small letters.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "IDSTOL", 1) {
  Scope (\_SB) { Device (VCLK) {
    Name (_HID, "QEMU0001")
    Name (_CID, Package () { "QEMU0002" })
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } }
  Device (\OTHR) { Name (_HID, "QEMU0003") Method (_INI) {
    Local0 = "\\_sb.vclk._cid"
    Index (DerefOf (Local0), 0) = "AMZNC10C" } } }
