// SPDX-License-Identifier: BSD-2-Clause
// A table with other devices only.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "UNRELATE", 1)
{
    Scope (\_SB) {
        Device (FWCF) {
            Name (_HID, "QEMU0002")
            Name (_STA, 0x0B)
            Name (_CRS, ResourceTemplate () {
                IO (Decode16, 0x0510, 0x0510, 0x01, 0x0C)
            })
        }
    }
}
