// SPDX-License-Identifier: BSD-2-Clause
// Likewise; it is the _STA of what the device lies in.
// Expect: unsupported
// Truth: absent
// Path: \_SB.PCI0.VCLK
// Parent: \_SB.PCI0
DefinitionBlock ("", "DSDT", 2, "A", "SLEFTST", 1) {
  Device (\_SB.PCI0) { Name (_HID, EisaId ("PNP0A03")) }
  Device (\_SB.PCI0.VCLK) {
    Name (_HID, "AMZNC10C")
    Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000) }) }
  Device (\_SB.FOOO) { Name (_ADR, 1) }
  Device (\_SB.BARR) { Name (_ADR, 2) }
}
