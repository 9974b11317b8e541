// SPDX-License-Identifier: BSD-2-Clause
// A device inside a Processor.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.CPU0.VCLK
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "INPROCES", 1)
{
    Scope (\_SB) {
        Processor (CPU0, 0x00, 0x00000510, 0x06) {
            Device (VCLK) {
                Name (_HID, "AMZNC10C")
                Name (_CRS, ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                })
            }
        }
    }
}
