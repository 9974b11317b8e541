// SPDX-License-Identifier: BSD-2-Clause
// A template without memory.
// Expect: resource
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSIOONL", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                IO (Decode16, 0x0510, 0x0510, 0x01, 0x0C)
            })
        }
    }
}
