// SPDX-License-Identifier: BSD-2-Clause
// Deeper than is followed, so the device is seen but not read.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "DEPTH17 ", 1)
{
    Scope (\_SB) {
        Device (D000) { Name (_ADR, 0)
        Device (D001) { Name (_ADR, 1)
        Device (D002) { Name (_ADR, 2)
        Device (D003) { Name (_ADR, 3)
        Device (D004) { Name (_ADR, 4)
        Device (D005) { Name (_ADR, 5)
        Device (D006) { Name (_ADR, 6)
        Device (D007) { Name (_ADR, 7)
        Device (D008) { Name (_ADR, 8)
        Device (D009) { Name (_ADR, 9)
        Device (D010) { Name (_ADR, 10)
        Device (D011) { Name (_ADR, 11)
        Device (D012) { Name (_ADR, 12)
        Device (D013) { Name (_ADR, 13)
        Device (D014) { Name (_ADR, 14)
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        }}}}}}}}}}}}}}}
    }
}
