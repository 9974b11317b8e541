// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "TEXTBUF2", 1)
{
    External (\PTCH, MethodObj)
    Device (\_SB.OTHR) {
        Name (_HID, "QEMU0002")
        Method (_INI, 0, Serialized) {
            Local0 = ToString (Buffer () {"\\_SB.VCLK._CRS"})
            \PTCH (DerefOf (Local0))
        }
    }
}
