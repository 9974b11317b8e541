// SPDX-License-Identifier: BSD-2-Clause
// A device inside a thermal zone.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.TZ00.VCLK
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "INTHERMA", 1)
{
    Scope (\_SB) {
        ThermalZone (TZ00) {
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
