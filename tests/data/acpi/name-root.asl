// SPDX-License-Identifier: BSD-2-Clause
// The device by an absolute name.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "NAMEROOT", 1)
{
    Device (\_SB.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (_CRS, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
    }
}
