// SPDX-License-Identifier: BSD-2-Clause
// A page below 1 MiB.
// Expect: ok 0x9f000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSLOW  ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadWrite, 0x9F000, 0x1000)
            })
        }
    }
}
