// SPDX-License-Identifier: BSD-2-Clause
// Alternatives to choose from are not one range.
// Expect: resource
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSDEPEN", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                StartDependentFn (0, 0) {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                }
                StartDependentFn (1, 1) {
                    Memory32Fixed (ReadOnly, 0xFEFFD000, 0x1000)
                }
                EndDependentFn ()
            })
        }
    }
}
