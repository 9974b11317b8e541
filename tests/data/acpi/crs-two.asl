// SPDX-License-Identifier: BSD-2-Clause
// Two memory ranges.
// Expect: resource
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSTWO  ", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadOnly,
                    0x0, 0xFEFFC000, 0xFEFFCFFF, 0x0, 0x1000)
            })
        }
    }
}
