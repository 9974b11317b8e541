// SPDX-License-Identifier: BSD-2-Clause
// There is no _CRS in any table.
// Expect: resource
// Truth: no range
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "CRSNON1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
        }
    }
}
