// SPDX-License-Identifier: BSD-2-Clause
// A name of four segments.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.PCI0.ISA0.VCLK
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "NAMEMULT", 1)
{
    Device (\_SB.PCI0) {
        Name (_ADR, 0)
    }
    Device (\_SB.PCI0.ISA0) {
        Name (_ADR, 1)
    }
    Device (\_SB.PCI0.ISA0.VCLK) {
        Name (_HID, "AMZNC10C")
        Name (_CRS, ResourceTemplate () {
            Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
        })
    }
}
