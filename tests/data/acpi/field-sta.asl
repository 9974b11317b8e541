// SPDX-License-Identifier: BSD-2-Clause
// Presence is a field of a device's register.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "FIELDSTA", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            OperationRegion (REGS, SystemMemory, 0xFED00000, 0x10)
            Field (REGS, DWordAcc, NoLock, Preserve) {
                Offset (0x04),
                _STA, 32
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
