// SPDX-License-Identifier: BSD-2-Clause
// Others ask for the presence of the device, and notify it.
// Expect: ok 0xfeffb000 0x1000
// Run: \_SB.GED.STA_
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "READSA1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x0F)
            Method (_PRS) {
                If (_STA) {
                    Return (Buffer () {0x79, 0})
                }
                Return (Buffer () {0x79, 0})
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
