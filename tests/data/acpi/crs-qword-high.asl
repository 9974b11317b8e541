// SPDX-License-Identifier: BSD-2-Clause
// A QWord range above 4 GiB.
// Expect: ok 0x7fffff000 0x2000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSQWORD", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadOnly,
                    0x0, 0x7FFFFF000, 0x800000FFF, 0x0, 0x2000)
            })
        }
    }
}
