// SPDX-License-Identifier: BSD-2-Clause
// Two templates that only execution joins.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSCONCA", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Method (_CRS) {
                Return (ConcatenateResTemplate (ResourceTemplate () {
                    Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                }, ResourceTemplate () {
                    IRQNoFlags () {5}
                }))
            }
        }
    }
}
