// SPDX-License-Identifier: BSD-2-Clause
// One of every kind of object that may stand before it.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "AROUNDOB", 1)
{
    External (\_SB.PCI9, DeviceObj)
    External (\XFUN, MethodObj)
    Name (INT0, 0x12345678)
    Name (STR0, "text \x22 with a quote")
    Name (BUF0, Buffer (0x20) { 0x5B, 0x82, 0xFF })
    Name (PKG0, Package () { 1, "two", Package () { 3, INT0 }, Buffer () { 4 } })
    Alias (INT0, INT1)
    Mutex (MTX0, 3)
    Event (EVT0)
    OperationRegion (OPR0, SystemIO, 0x0CD8, 0x0C)
    Field (OPR0, DWordAcc, NoLock, WriteAsZeros) {
        PCIU, 32,
        Offset (0x08),
        PCID, 32
    }
    OperationRegion (OPR1, SystemMemory, 0xFED00000, 0x400)
    Field (OPR1, ByteAcc, NoLock, Preserve) {
        IDXR, 8,
        DATR, 8,
        BNKR, 8
    }
    IndexField (IDXR, DATR, ByteAcc, NoLock, Preserve) {
        IDX0, 8
    }
    BankField (OPR1, BNKR, 2, ByteAcc, NoLock, Preserve) {
        Offset (0x10),
        BNK0, 8
    }
    CreateByteField (BUF0, 1, BYT0)
    CreateWordField (BUF0, 2, WRD0)
    CreateDWordField (BUF0, 4, DWD0)
    CreateQWordField (BUF0, 8, QWD0)
    CreateBitField (BUF0, 3, BIT0)
    CreateField (BUF0, 0x40, 0x0C, FLD0)
    Method (FUNC, 2, Serialized, 3) {
        While (LLess (Arg0, 4)) {
            Increment (Arg0)
        }
        Return (Arg1)
    }
    PowerResource (PWR0, 0, 0) {
        Method (_STA) {
            Return (One)
        }
        Method (_ON) {}
        Method (_OFF) {}
    }
    ThermalZone (THZ0) {
        Method (_TMP) {
            Return (3000)
        }
    }
    Scope (\_SB) {
        Processor (CPU0, 0x00, 0x00000510, 0x06) {
            Name (_UID, 0)
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
