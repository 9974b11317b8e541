// SPDX-License-Identifier: BSD-2-Clause
// _CRS is a string.
// Expect: resource
// Path: none
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSSTRIN", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS, 0, Serialized) {
                Name (RBUF, "0xFEFFB000")
                Return (RBUF)
            }
        }
    }
}
