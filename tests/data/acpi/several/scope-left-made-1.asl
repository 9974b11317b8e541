// SPDX-License-Identifier: BSD-2-Clause
// Likewise; it is a device of that name, before the one that is found.
// Expect: unsupported
// Truth: 0xfe000000 0x1000
DefinitionBlock ("", "DSDT", 2, "A", "SLEFTMD", 1) {
  Device (\_SB.FOOO) { Name (_ADR, 1) }
  Device (\_SB.BARR) { Name (_ADR, 2) }
}
