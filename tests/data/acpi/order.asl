// SPDX-License-Identifier: BSD-2-Clause
// The objects of the device in another order, with others between them.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ORDER   ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Name (_UID, 7)
            Name (_STA, 0x0F)
            Name (_DEP, Package () {})
            Name (_HID, "AMZNC10C")
        }
    }
}
