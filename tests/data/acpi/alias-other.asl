// SPDX-License-Identifier: BSD-2-Clause
// Another device's hardware id is an alias; ours is not.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASOTH", 1)
{
    Name (XHID, "QEMU9999")
    Scope (\_SB) {
        Device (DEV0) {
            Name (_ADR, Zero)
            Alias (XHID, _HID)
        }
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
