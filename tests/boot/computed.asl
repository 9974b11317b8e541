// SPDX-License-Identifier: BSD-2-Clause
//
// The page of vmclock.asl, told by code: what _STA and _CRS give is computed. Before it comes a device that
// is not there, and one whose _CRS has no memory. Integers have 32 bits: QEMU's DSDT, of revision 1, decides it.
DefinitionBlock ("", "SSDT", 2, "VMCLK", "VMCLOCK", 1)
{
    Scope (\_SB)
    {
        Name (PAGE, 1) // times 4 GiB
        Method (VCRS, 1, Serialized)
        {
            Name (BUFF, ResourceTemplate ()
            {
                QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadOnly,
                    0x0000000000000000,
                    0x0000000000000000,
                    0x0000000000000FFF,
                    0x0000000000000000,
                    0x0000000000001000)
            })
            CreateDWordField (BUFF, 18, FRST) // the upper halves of the first and of the last byte's address
            CreateDWordField (BUFF, 26, LAST)
            Store (Arg0, FRST)
            Store (Arg0, LAST)
            Return (BUFF)
        }
        Device (VCL0)
        {
            Name (_HID, "AMZNC10C")
            Name (_UID, 0)
            Method (_STA)
            {
                If (LLess (PAGE, 1))
                {
                    Return (0x0F)
                }
                Return (Zero)
            }
            Method (_CRS)
            {
                Return (VCRS (2))
            }
        }
        Device (VCL1)
        {
            Name (_HID, "AMZNC10C")
            Name (_UID, 1)
            Method (_CRS)
            {
                Return (ResourceTemplate () { IO (Decode16, 0x0300, 0x0300, 0x01, 0x08) })
            }
        }
        Device (VCL2)
        {
            Name (_HID, "AMZNC10C")
            Name (_CID, "VMCLOCK")
            Name (_UID, 2)
            Method (_STA)
            {
                If (LGreater (PAGE, Zero))
                {
                    Return (0x0F)
                }
                Return (Zero)
            }
            Method (_CRS)
            {
                Return (VCRS (PAGE))
            }
        }
    }
}
