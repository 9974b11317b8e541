// SPDX-License-Identifier: BSD-2-Clause
// The string in an object that does not identify.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "UIDONLY ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "QEMU9999")
            Name (_UID, "VMCLOCK")
            Name (_DDN, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
