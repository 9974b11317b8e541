// SPDX-License-Identifier: BSD-2-Clause
// A Scope in the object that gives the device its _CRS, which makes that something else.
// Expect: unsupported
// Truth: no range
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "SCOPEVA1", 1)
{
    Device (\_SB.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (RBUF, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
        Method (_CRS) {
            Return (RBUF)
        }
    }
}
