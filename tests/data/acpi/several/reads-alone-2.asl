// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "READSA2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    External (\_SB.VCLK._STA, IntObj)
    Scope (\_SB) {
        Device (GED) {
            Name (_HID, "ACPI0013")
            Method (_EVT, 1, Serialized) {
                If (\_SB.VCLK._STA == 0x0F) {
                    Notify (\_SB.VCLK, 0x80)
                }
                Local0 = \_SB.VCLK._STA & 1
                If (LAnd (0x0F == ^^VCLK._STA, Local0)) {
                    Notify (\_SB.VCLK, 0x81)
                }
            }
            Method (_STA) {
                Return (\_SB.VCLK._STA)
            }
        }
    }
}
