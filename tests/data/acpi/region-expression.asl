// SPDX-License-Identifier: BSD-2-Clause
// An operation region whose address is an expression.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "REGIONEX", 1)
{
    Name (BASE, 0xFED00000)
    Method (BOFF, 1) {
        Return (Add (Arg0, 0x10))
    }
    OperationRegion (OPR0, SystemMemory, Add (BASE, Multiply (2, 0x100)), 0x10)
    OperationRegion (OPR1, SystemMemory, BOFF (ShiftLeft (BASE, 1)), 0x10)
    Field (OPR0, ByteAcc, NoLock, Preserve) {
        FLD0, 8
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
