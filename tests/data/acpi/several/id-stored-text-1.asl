// SPDX-License-Identifier: BSD-2-Clause
// An id that code at the device makes ours.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "IDSTOR", 1) {
  Scope (\_SB) { Device (VCLK) {
    Name (_HID, "QEMU0001")
    _HID = "AMZNC10C"
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
