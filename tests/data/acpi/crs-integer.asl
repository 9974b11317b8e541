// SPDX-License-Identifier: BSD-2-Clause
// _CRS is a number.
// Expect: resource
// Path: none
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSINTEG", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS, 0, Serialized) {
                Name (RBUF, 0x1000)
                Return (RBUF)
            }
        }
    }
}
