// SPDX-License-Identifier: BSD-2-Clause
// The string in a method that has nothing to do with it.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "METHODST", 1)
{
    Scope (\_SB) {
        Method (FIND, 1, Serialized) {
            If (LEqual (Arg0, "AMZNC10C")) {
                Return ("VMCLOCK")
            }
            Return (Zero)
        }
    }
}
