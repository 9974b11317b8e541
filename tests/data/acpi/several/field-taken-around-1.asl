// SPDX-License-Identifier: BSD-2-Clause
// A later table's field has the name of what the device lies in: ACPICA loses all that is in it.
// Expect: unsupported
// Path: \_SB.PARE.VCLK
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "FIELDAR1", 1)
{
    OperationRegion (RGN0, SystemIO, 0x100, 0x10)
    Device (\_SB.PARE) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
