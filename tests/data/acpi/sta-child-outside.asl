// SPDX-License-Identifier: BSD-2-Clause
// Presence is taken back from a device that is put into ours.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STACHILD", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Device (VCLK.SUB0) {
            Name (_ADR, Zero)
            Name (^_STA, Zero)
        }
    }
}
