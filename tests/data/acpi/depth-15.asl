// SPDX-License-Identifier: BSD-2-Clause
// Fourteen devices around it: the deepest nesting that is followed.
// Expect: ok 0xfeffb000 0x1000
// Path: \_SB.D000.D001.D002.D003.D004.D005.D006.D007.D008.D009.D010.D011.D012.VCLK
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "DEPTH15 ", 1)
{
    Scope (\_SB) {
        Device (D000) {
        Device (D001) {
        Device (D002) {
        Device (D003) {
        Device (D004) {
        Device (D005) {
        Device (D006) {
        Device (D007) {
        Device (D008) {
        Device (D009) {
        Device (D010) {
        Device (D011) {
        Device (D012) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        }}}}}}}}}}}}}
    }
}
