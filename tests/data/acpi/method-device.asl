// SPDX-License-Identifier: BSD-2-Clause
// A device that a method makes for as long as it runs is none.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "METHODDE", 1)
{
    Scope (\_SB) {
        Method (MAKE, 0, Serialized) {
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
