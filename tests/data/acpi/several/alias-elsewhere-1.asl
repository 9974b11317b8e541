// SPDX-License-Identifier: BSD-2-Clause
// The second table gives the device another name, the first and the third use it.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "ALIASE1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
    External (\_SB.VCL2._STA, IntObj)
    Method (\HIDE) {
        \_SB.VCL2._STA = 0
    }
}
