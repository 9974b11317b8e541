// SPDX-License-Identifier: BSD-2-Clause
// A method returns the hardware id.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDMETHO", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Method (_HID, 0, Serialized) {
                Return ("AMZNC10C")
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
