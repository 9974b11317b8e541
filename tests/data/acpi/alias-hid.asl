// SPDX-License-Identifier: BSD-2-Clause
// The hardware id is an alias of another object.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASHID", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_ADR, Zero)
            Name (XHID, "AMZNC10C")
            Alias (XHID, _HID)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
