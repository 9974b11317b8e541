// SPDX-License-Identifier: BSD-2-Clause
// A method of a method gives the resources.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "METHODNE", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS, 0, Serialized) {
                Method (INNR, 0, Serialized) {
                    Return (ResourceTemplate () {
                        Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                    })
                }
                Return (INNR ())
            }
        }
    }
}
