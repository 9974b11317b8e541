// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CALLINS2", 1)
{
    External (\PTCH, MethodObj)
    External (\_SB.VCLK._CRS, BuffObj)
    Device (\_SB.OTHR) {
        Name (_HID, "QEMU0002")
        Method (_INI, 0, Serialized) {
            Local0 = Buffer (\PTCH (\_SB.VCLK._CRS)) {1}
        }
    }
}
