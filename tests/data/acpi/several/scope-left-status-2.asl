// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "SLEFTST", 1) {
  External (\_SB.FOOO, DeviceObj)
  External (\_SB.BARR, DeviceObj)
  External (\_SB.PCI0, DeviceObj)
  Scope (\_SB.FOOO) { Scope (BARR) { Name (^PCI0._STA, 0) } }
}
