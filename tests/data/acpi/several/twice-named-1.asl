// SPDX-License-Identifier: BSD-2-Clause
// Two tables define the device, with objects of other names for its values; a method changes that of the
// first, which counts.
// Expect: unsupported
// Run: \PTCH
// Truth: 0xa0000000 0x1000
DefinitionBlock ("", "DSDT", 2, "VMCLCK", "TWICENM1", 1)
{
    External (\_SB.VCLK.RBUF, BuffObj)
    Method (\PTCH) {
        CreateDWordField (\_SB.VCLK.RBUF, 4, BASE)
        BASE = 0xA0000000
    }
}
