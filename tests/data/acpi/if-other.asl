// SPDX-License-Identifier: BSD-2-Clause
// Conditions around other devices.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "IFOTHER ", 1)
{
    Name (FLAG, 1)
    If (FLAG) {
        Device (\_SB.DEV0) {
            Name (_HID, "QEMU9999")
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
