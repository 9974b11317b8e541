// SPDX-License-Identifier: BSD-2-Clause
// The hardware id is added from outside the device.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDOUTSI", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_ADR, 0)
            Name (_UID, 0)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Name (VCLK._HID, "AMZNC10C")
    }
}
