// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "IDSTORE2", 1)
{
    External (\_SB.VCLK._HID, StrObj)
    Device (\_SB.OTHR) {
        Name (_HID, "QEMU0002")
        Method (_INI, 0, Serialized) {
            \_SB.VCLK._HID = "AMZNC10C"
        }
    }
}
