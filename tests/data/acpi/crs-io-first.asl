// SPDX-License-Identifier: BSD-2-Clause
// Other resources around the range.
// Expect: ok 0xfeffb000 0x1000
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSIOFIR", 1)
{
    Scope (\_SB) {
        Device (VCLK) {
            Name (_HID, "AMZNC10C")
            Name (_CRS, ResourceTemplate () {
                IO (Decode16, 0x0510, 0x0510, 0x01, 0x0C)
                WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, 0, 0xFF, 0, 0x100)
                DMA (Compatibility, NotBusMaster, Transfer8) { 4 }
                Memory32Fixed (ReadOnly, 0xFEFFB000, 0x1000)
                VendorShort () { 0x86, 0x09, 0x00 }
                VendorLong () { 0x8A, 0x2B, 0x00, 0x00, 0x0C, 0x00, 0x79 }
                DWordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
                    0x0, 0x1000, 0x1FFF, 0x0, 0x1000)
            })
        }
    }
}
