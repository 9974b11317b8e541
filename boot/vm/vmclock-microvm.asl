// SPDX-License-Identifier: BSD-2-Clause
//
// The ACPI device of vmclock.asl for a machine whose page is the last one of its 256 MiB. For acpi.py.
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
                    0x000000000FFFF000,
                    0x000000000FFFFFFF,
                    0x0000000000000000,
                    0x0000000000001000)
            })
        }
    }
}
