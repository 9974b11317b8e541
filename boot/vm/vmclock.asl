// SPDX-License-Identifier: BSD-2-Clause
//
// The ACPI device that tells a guest where its vmclock page is: a 4 KiB page at 4 GiB, where
// boot/vm puts the memory that the publisher writes. For "qemu -acpitable file=".
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
                    0x0000000100000000,
                    0x0000000100000FFF,
                    0x0000000000000000,
                    0x0000000000001000)
            })
        }
    }
}
