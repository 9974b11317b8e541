// SPDX-License-Identifier: BSD-2-Clause
// A method elsewhere takes back presence.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAMETHO", 1)
{
    External (\_SB.VCLK._STA, IntObj)
    Method (GONE) {
        Store (Zero, \_SB.VCLK._STA)
    }
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
