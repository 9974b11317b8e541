// SPDX-License-Identifier: BSD-2-Clause
//
// The ACPI device of vmclock.asl for a guest of 32 bits, whose page is at 0xc0000000. For -acpitable.
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
                    0x00000000C0000000,
                    0x00000000C0000FFF,
                    0x0000000000000000,
                    0x0000000000001000)
            })
        }
    }
}
