// SPDX-License-Identifier: BSD-2-Clause
// The device lies in an object that is always there.
// Expect: ok 0xfeffb000 0x1000
// Path: \_REV.VCLK
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "INREVIS1", 1)
{
    Device (\_REV.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (_CRS, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
    }
}
