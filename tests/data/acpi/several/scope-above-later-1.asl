// SPDX-License-Identifier: BSD-2-Clause
// A Scope of one name is found farther up, since the device of that name beside it comes only later.
// Expect: unsupported
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "A", "SCLATER1", 1) {
  Device (\_SB.OTHR) { Name (_HID, "QEMU0001") }
  Scope (\_SB) { Device (VCLK) { Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
