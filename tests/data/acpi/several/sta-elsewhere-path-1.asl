// SPDX-License-Identifier: BSD-2-Clause
// Another table gives the device its _STA, by a path and before the device.
// Expect: unsupported
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "STAELS1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
