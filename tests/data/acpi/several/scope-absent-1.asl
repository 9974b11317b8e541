// SPDX-License-Identifier: BSD-2-Clause
// A second table says that nothing in \_SB is present.
// Expect: unsupported
// Parent: \_SB
// Truth: absent
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "SCOPEAB1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
