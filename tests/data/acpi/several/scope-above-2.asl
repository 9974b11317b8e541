// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "A", "SCABOVE2", 1) {
  External (\_SB.PCI0, DeviceObj)
  Device (\_SB.OTHR) { Name (_HID, "QEMU0001")
    Scope (PCI0) { Name (_STA, 0) } } }
