// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "COPIEDO2", 1)
{
    External (\_SB.VCLK, DeviceObj)
    Device (\_SB.OTHR) {
        Name (_HID, "QEMU0002")
        Method (_INI, 0, Serialized) {
            CopyObject (5, \_SB.VCLK)
        }
    }
}
