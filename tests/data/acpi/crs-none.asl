// SPDX-License-Identifier: BSD-2-Clause
// There is no _CRS.
// Expect: resource
// Path: none
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSNONE ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
        }
    }
}
