// SPDX-License-Identifier: BSD-2-Clause
// Ids are not compared without case.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDCASE ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNc10c")
            Name (_CID, "VMClock")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
