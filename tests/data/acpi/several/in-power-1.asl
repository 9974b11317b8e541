// SPDX-License-Identifier: BSD-2-Clause
// The device lies in a power resource that is off.
// Expect: unsupported
// Path: \_SB.PWR0.VCLK
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "INPOWER1", 1)
{
    Scope (\_SB) {
        PowerResource (PWR0, 0, 0) {
            Name (_STA, 0)
            Method (_ON) {
            }
            Method (_OFF) {
            }
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
