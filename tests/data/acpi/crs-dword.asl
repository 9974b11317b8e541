// SPDX-License-Identifier: BSD-2-Clause
// A DWord range.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSDWORD", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadOnly,
                    0x0, 0xFEFFB000, 0xFEFFBFFF, 0x0, 0x1000)
            })
        }
    }
}
