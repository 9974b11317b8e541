// SPDX-License-Identifier: BSD-2-Clause
// The device lies in a unit of a Field.
// Expect: unsupported
// Path: \FLD0.VCLK
// Truth: 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "INUNIT1", 1)
{
    OperationRegion (REGN, SystemIO, 0x100, 0x10)
    Field (REGN, ByteAcc, NoLock, Preserve) {FLD0, 8}
    Device (\FLD0.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (_CRS, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
    }
}
