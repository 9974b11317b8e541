// SPDX-License-Identifier: BSD-2-Clause
//
// vmclock.asl for a machine that reaches no more than 4 GiB: the page lies at 64 MiB. The address is
// also in grub.py.
DefinitionBlock ("", "SSDT", 2, "VMCLK", "VMCLOCK", 1)
{
    Scope (\_SB)
    {
        Device (VCLK)
        {
            Name (_HID, "AMZNC10C")
            Name (_CID, "VMCLOCK")
            Name (_CRS, ResourceTemplate ()
            {
                Memory32Fixed (ReadOnly, 0x04000000, 0x00001000)
            })
        }
    }
}
