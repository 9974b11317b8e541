// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "SLEFT", 1) {
  External (\_SB.FOOO, DeviceObj)
  External (\_SB.BARR, DeviceObj)
  External (\_SB.VCLK._CRS, BuffObj)
  Scope (\_SB.FOOO) { Scope (BARR) { Method (_INI) {
    CreateDWordField (^^VCLK._CRS, 4, BASE)
    BASE = 0xFE000000 } } }
}
