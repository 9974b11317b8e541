// SPDX-License-Identifier: BSD-2-Clause
// Deeper than is followed, so the device is seen but not read.
// Expect: unsupported
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "DEPTH17 ", 1)
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
        Device (D013) {
        Device (D014) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
            })
        }
        }}}}}}}}}}}}}}}
    }
}
