/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.h - the EFI system table, without EFI's headers. UEFI 2.10, 4.3.
 */
#ifndef VMCLOCK_DRIVERS_EFI_SYSTEM_H
#define VMCLOCK_DRIVERS_EFI_SYSTEM_H

#include <vmclock/types.h>

/* The system table as far as it is needed; what is not is void. */
struct efi_system_table {
    uint64_t signature;
    uint32_t revision;
    uint32_t header_size;
    uint32_t crc32;
    uint32_t reserved;
    const void *firmware_vendor;
    uint32_t firmware_revision;
    const void *console[6]; /* handle and protocol of input, output, errors */
    const struct vmclock_efi_runtime *runtime_services; /* efi_time.h */
    const void *boot_services;
    vmclock_uintptr entries;
    const struct efi_entry *table;
};

struct efi_entry {
    uint32_t guid[4];
    const void *address;
};

/* How the firmware's functions are called. */
#if defined(__x86_64__)
#define VMCLOCK_EFI_CALL __attribute__((ms_abi))
#else
#define VMCLOCK_EFI_CALL
#endif

#define EFI_SIGNATURE UINT64_C(0x5453595320494249) /* "IBI SYST" */

#endif
