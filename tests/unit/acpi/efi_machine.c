/* SPDX-License-Identifier: BSD-2-Clause */
#include "efi_machine.h"

const uint8_t efi_acpi_20[16] = {0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11,
                                 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81};
const uint8_t efi_acpi_10[16] = {0x30, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11,
                                 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d};
static const uint8_t other[16] = {0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11,
                                  0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d};

void efi_entry(struct machine *machine, size_t i, const uint8_t *guid, uintptr_t address)
{
    memcpy(machine->configuration[i].guid, guid, 16);
    machine->configuration[i].address = (void *)address;
}

void efi_machine_init(struct machine *machine)
{
    const uint64_t entry_new = SSDT_NEW, entry_old = SSDT_OLD;

    memset(machine, 0, sizeof *machine);
    firmware_init(&machine->firmware);
    machine->rsdp_new = firmware_add_rsdp(&machine->firmware, RSDP_NEW, 2, 0, ROOT_NEW);
    firmware_add_rsdp(&machine->firmware, RSDP_OLD, 0, ROOT_OLD, 0);
    firmware_add_root(&machine->firmware, ROOT_NEW, 8, &entry_new, 1);
    firmware_add_root(&machine->firmware, ROOT_OLD, 4, &entry_old, 1);
    machine->ssdt_new = firmware_add_device(&machine->firmware, SSDT_NEW, PAGE_NEW);
    firmware_add_device(&machine->firmware, SSDT_OLD, PAGE_OLD);
    memcpy(machine->system.signature, "IBI SYST", 8);
    machine->system.size = sizeof machine->system;
    machine->system.entries = 3;
    machine->system.configuration = machine->configuration;
    efi_entry(machine, 0, other, 0x7000);
    efi_entry(machine, 1, efi_acpi_10, RSDP_OLD);
    efi_entry(machine, 2, efi_acpi_20, RSDP_NEW);
}
