// SPDX-License-Identifier: BSD-2-Clause
// Code elsewhere notifies the device, and a scope adds to it what does not matter.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "NOTIFYOU", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        Method (_E05) {
            Notify (VCLK, 0x80)
        }
        Scope (VCLK) {
            Name (_DDN, "VMCLOCK")
        }
        Scope (\_SB) {
            Device (DEV0) {
                Name (_HID, "QEMU9999")
                Name (_STA, 0x0F)
            }
        }
    }
}
