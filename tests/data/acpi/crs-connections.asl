// SPDX-License-Identifier: BSD-2-Clause
// Vendor, GPIO and serial bus descriptors around the range.
// Expect: ok 0xfeffb000 0x1000 irq 0x2b 0x3
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSCONNE", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                VendorShort () {0x86, 0x09, 0x00}
                GpioInt (Edge, ActiveHigh, Exclusive, PullDefault, 0, "\\_SB.VCLK") {7}
                I2cSerialBusV2 (0x50, ControllerInitiated, 100000, AddressingMode7Bit, "\\_SB.VCLK")
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                VendorLong () {0x85, 0x11, 0x00, 0x79, 0x00}
                FixedDMA (0x04, 0x02, Width32bit)
                Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) {0x2B}
            })
        }
    }
}
