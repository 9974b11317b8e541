// SPDX-License-Identifier: BSD-2-Clause
// Functional but not present.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAFUNCT", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_STA, 0x08)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
