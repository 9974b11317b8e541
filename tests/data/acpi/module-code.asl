// SPDX-License-Identifier: BSD-2-Clause
// Statements outside methods.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "MODULECO", 1)
{
    Name (FLAG, 0)
    Name (LIST, Package () { 1, 2, 3 })
    Method (FUNC, 2) {
        Return (Add (Arg0, Arg1))
    }
    Store (FUNC (1, FUNC (2, 3)), FLAG)
    FUNC (FLAG, DerefOf (Index (LIST, 1)))
    Store (LAnd (LNot (LEqual (FLAG, 1)), LOr (FLAG, LGreaterEqual (FLAG, 2))), FLAG)
    Concatenate ("a", "b", Debug)
    If (FLAG) {
        Store (2, FLAG)
    } Else {
        Store (3, FLAG)
    }
    Notify (\_SB, 0x80)
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
    }
}
