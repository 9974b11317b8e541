// SPDX-License-Identifier: BSD-2-Clause
// A producer translates.
// Expect: ok 0x1feffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSTRANS", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadOnly,
                    0x0, 0xFEFFB000, 0xFEFFBFFF, 0x100000000, 0x1000)
            })
        }
    }
}
