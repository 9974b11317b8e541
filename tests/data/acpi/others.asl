// SPDX-License-Identifier: BSD-2-Clause
// Methods and names that the device does not need.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "OTHERS  ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_UID, "AMZNC10C")
            Method (_INI) {
                Store (1, Local0)
            }
            Name (_HID, "AMZNC10C")
            Method (_DSM, 4, Serialized) {
                If (LEqual (Arg2, Zero)) {
                    Return (Buffer () { 0x01 })
                }
                Return (Zero)
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Name (_PRW, Package () { 0x08, 0x04 })
        }
    }
}
