// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "SCLATER2", 1) {
  External (\_SB.OTHR, DeviceObj)
  External (\_SB.VCLK, DeviceObj)
  Scope (\_SB.OTHR) { Scope (VCLK) { Name (_STA, 0) } } }
