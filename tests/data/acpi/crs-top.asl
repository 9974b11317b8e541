// SPDX-License-Identifier: BSD-2-Clause
// A page at the end of 4 GiB.
// Expect: ok 0xfffff000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSTOP  ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadWrite, 0xFFFFF000, 0x1000)
            })
        }
    }
}
