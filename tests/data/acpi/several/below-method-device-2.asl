// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "BELOW2", 1) {
  External (\_SB.VCLK._CRS, MethodObj)
  Device (\_SB.VCLK._CRS.RBUF) { } }
