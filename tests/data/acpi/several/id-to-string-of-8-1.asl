// SPDX-License-Identifier: BSD-2-Clause
// A number before the name of the id looks like the opcode of Name.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "TOSTR8", 1) {
  Scope (\_SB) { Device (VCLK) {
    Name (_HID, "QEMU0001")
    Name (XBUF, Buffer () { "AMZNC10C" })
    Method (_INI) { ToString (XBUF, 8, _HID) }
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
