// SPDX-License-Identifier: BSD-2-Clause
// A Scope of one name, which is found farther up, gives what the device lies in a _STA of 0.
// Expect: unsupported
// Truth: absent
// Path: \_SB.PCI0.VCLK
// Parent: \_SB.PCI0
DefinitionBlock ("", "DSDT", 2, "A", "SCABOVE", 1) {
  Device (\_SB.PCI0) { Name (_HID, EisaId ("PNP0A03"))
    Device (VCLK) { Name (_HID, "AMZNC10C")
      Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) } } }
