// SPDX-License-Identifier: BSD-2-Clause
// A Scope adds what makes the device ours.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "SCOPEAUG", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_ADR, 0)
            Name (_UID, 0)
        }
        Scope (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
