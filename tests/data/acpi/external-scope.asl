// SPDX-License-Identifier: BSD-2-Clause
// Declarations of objects elsewhere, a conditional one too.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "EXTERNAL", 1)
{
    External (\_SB.PCI0, DeviceObj)
    External (\_SB.PCI0.FUNC, MethodObj, IntObj, {IntObj, BuffObj})
    External (VCLK, UnknownObj)
    If (CondRefOf (\_SB.PCI0)) {
        External (\_SB.PCI0.NUMB, IntObj)
        Store (\_SB.PCI0.NUMB, Debug)
    }
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
