// SPDX-License-Identifier: BSD-2-Clause
// Presence is an alias of another object, which says absent.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASSTA", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (GONE, Zero)
            Alias (GONE, _STA)
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
