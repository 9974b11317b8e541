// SPDX-License-Identifier: BSD-2-Clause
// Which hardware id it is depends on a flag.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDCOMPU", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (FLAG, 1)
            Method (_HID, 0, Serialized) {
                If (FLAG) {
                    Return ("AMZNC10C")
                }
                Return ("QEMU9999")
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
