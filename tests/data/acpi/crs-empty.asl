// SPDX-License-Identifier: BSD-2-Clause
// A template with nothing in it.
// Expect: resource
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSEMPTY", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {})
        }
    }
}
