// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "SCOPEAB2", 1)
{
    Scope (\_SB) {
        Name (_STA, 0)
    }
}
