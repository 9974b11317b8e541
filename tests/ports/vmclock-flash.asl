// SPDX-License-Identifier: BSD-2-Clause
//
// A DSDT for the virt machine: its UART, and vmclock.asl's device with the page in the last 4 KiB of the flash that
// has AAVMF's variables, which the firmware maps as device memory, for systems too. The address is also in
// edk2_linux.py.
DefinitionBlock ("", "DSDT", 2, "VMCLK", "VMCLOCK", 1)
{
    Scope (\_SB)
    {
        Device (COM0)
        {
            Name (_HID, "ARMH0011")
            Name (_UID, 0)
            Name (_CRS, ResourceTemplate ()
            {
                Memory32Fixed (ReadWrite, 0x09000000, 0x00001000)
                Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 33 }
            })
        }
        Device (VCLK)
        {
            Name (_HID, "AMZNC10C")
            Name (_CID, "VMCLOCK")
            Name (_CRS, ResourceTemplate ()
            {
                Memory32Fixed (ReadOnly, 0x07FFF000, 0x00001000)
            })
        }
    }
}
