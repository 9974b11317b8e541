// SPDX-License-Identifier: BSD-2-Clause
// Only the compatible id is ours.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CIDSTRIN", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU9999")
            Name (_CID, "VMCLOCK")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
