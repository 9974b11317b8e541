// SPDX-License-Identifier: BSD-2-Clause
//
// The ACPI device of vmclock.asl for the virt machine, whose page is at 0x46000000. For acpi.py.
// The address is also in machines.py.
DefinitionBlock ("", "SSDT", 2, "VMCLK", "VMCLOCK", 1)
{
    Scope (\_SB)
    {
        Device (VCLK)
        {
            Name (_HID, "AMZNC10C")
            Name (_CID, "VMCLOCK")
            Name (_DDN, "VMCLOCK")
            Name (_STA, 0x0F)
            Name (_CRS, ResourceTemplate ()
            {
                QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadOnly,
                    0x0000000000000000,
                    0x0000000046000000,
                    0x0000000046000FFF,
                    0x0000000000000000,
                    0x0000000000001000)
            })
        }
    }
}
