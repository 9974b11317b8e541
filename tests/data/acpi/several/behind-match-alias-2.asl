// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "MATALI", 1) {
  Local0 = Match (Package () { 1 }, MEQ, 1, MTR, 0, 0)
  Alias (\_SB, \ABCD)
}
