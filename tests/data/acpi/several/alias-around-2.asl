// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "ALIARO", 1) {
  Alias (\_SB, \ABCD)
}
