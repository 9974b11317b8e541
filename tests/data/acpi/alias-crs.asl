// SPDX-License-Identifier: BSD-2-Clause
// The resources are an alias of another object.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "ALIASCRS", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (RBUF, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
            Alias (RBUF, _CRS)
        }
    }
}
