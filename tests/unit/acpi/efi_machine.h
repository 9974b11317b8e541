/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * efi_machine.h - a machine whose firmware tells of its ACPI tables by EFI's system table.
 */
#ifndef VMCLOCK_TEST_EFI_MACHINE_H
#define VMCLOCK_TEST_EFI_MACHINE_H

#include <vmclock/efi.h>
#include "firmware.h"

#define RSDP_NEW 0x5000u
#define RSDP_OLD 0x6000u
#define ROOT_NEW 0x10000u
#define ROOT_OLD 0x11000u
#define SSDT_NEW 0x20000u
#define SSDT_OLD 0x21000u
#define PAGE_NEW 0xfeffb000u
#define PAGE_OLD 0xfeffd000u

/* As the specification lays it out on the machine that runs the test. */
struct system_table {
    char signature[8];
    uint32_t revision;
    uint32_t size;
    uint32_t crc32;
    uint32_t reserved;
    const uint16_t *vendor;
    uint32_t vendor_revision;
    void *console_in_handle;
    void *console_in;
    void *console_out_handle;
    void *console_out;
    void *error_out_handle;
    void *error_out;
    void *runtime;
    void *boot;
    size_t entries;
    const void *configuration;
};

struct configuration {
    uint8_t guid[16];
    void *address;
};

struct machine {
    struct firmware firmware;
    struct system_table system;
    struct configuration configuration[3];
    uint8_t *rsdp_new;
    uint8_t *ssdt_new;
};

extern const uint8_t efi_acpi_20[16], efi_acpi_10[16];

/* Names an entry of the configuration table. */
void efi_entry(struct machine *machine, size_t i, const uint8_t *guid, uintptr_t address);

/* Both root pointers, each with a device of its own, and another table before them. */
void efi_machine_init(struct machine *machine);

#endif
