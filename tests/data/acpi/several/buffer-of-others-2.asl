// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "BUFFER2", 1)
{
    Scope (\_SB) {
        Device (OTHR) {
            Name (_HID, "QEMU0001")
            Name (RBUF, Buffer (8) {})
            Name (STAV, 0x0F)
            Method (_INI) {
                CreateDWordField (RBUF, 4, BASE)
                BASE = 0xFEFFD000
                STAV = 0
            }
        }
    }
}
