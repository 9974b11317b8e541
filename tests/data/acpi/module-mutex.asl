// SPDX-License-Identifier: BSD-2-Clause
// Synchronisation and pauses outside methods.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "MODULEMU", 1)
{
    Mutex (MTX0, 0)
    Event (EVT0)
    Acquire (MTX0, 0xFFFF)
    Release (MTX0)
    Signal (EVT0)
    Stall (10)
    Sleep (1)
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
