// SPDX-License-Identifier: BSD-2-Clause
// A computed hardware id that cannot be ours.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDCOMPU", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (FLAG, 1)
            Method (_HID, 0, Serialized) {
                If (FLAG) {
                    Return ("QEMU0001")
                }
                Return ("QEMU9999")
            }
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
