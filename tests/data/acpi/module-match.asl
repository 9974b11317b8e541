// SPDX-License-Identifier: BSD-2-Clause
// Match cannot be followed without executing, and the device comes behind it.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "MODULEMA", 1)
{
    Name (LIST, Package () { 1, 2, 3 })
    Name (SLOT, 0)
    Store (Match (LIST, MEQ, 2, MTR, 0, 0), SLOT)
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
