// SPDX-License-Identifier: BSD-2-Clause
// The hardware id is computed but the compatible id says enough.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "HIDCOMPU", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (FLAG, 0)
            Method (_HID, 0, Serialized) {
                If (FLAG) {
                    Return ("AMZNC10C")
                }
                Return ("QEMU9999")
            }
            Name (_CID, "VMCLOCK")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
