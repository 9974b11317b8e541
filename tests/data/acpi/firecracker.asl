// SPDX-License-Identifier: BSD-2-Clause
// The form that Firecracker gives: a DSDT, a relative two-segment name, _STA a Method.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "FIRECRAC", 1)
{
    Device (_SB.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (_CID, "VMCLOCK")
        Name (_DDN, "VMCLOCK")
        Method (_STA, 0, NotSerialized) {
            Return (0x0F)
        }
        Name (_CRS, ResourceTemplate () {
            QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadOnly,
                0x0, 0xFEFFB000, 0xFEFFBFFF, 0x0, 0x1000)
        })
    }
}
