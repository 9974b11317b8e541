// SPDX-License-Identifier: BSD-2-Clause
// There is no _CRS, and another table puts something into the device.
// Expect: unsupported
// Truth: no range
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "CRSMEN1", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
        }
    }
}
