/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - the memory that the firmware says there is. UEFI 2.10, 7.2.
 */
#ifndef VMCLOCK_DRIVERS_EFI_MEMORY_H
#define VMCLOCK_DRIVERS_EFI_MEMORY_H

#include <vmclock/region.h>
#include <vmclock/types.h>
#include "drivers/efi/system.h"

struct vmclock_efi_boot;

/* A copy of the memory map, in memory of the firmware's pool. */
struct vmclock_efi_map {
    const struct vmclock_efi_boot *boot;
    uint8_t *descriptors;
    vmclock_uintptr size; /* bytes of all descriptors */
    vmclock_uintptr step; /* and of each */
    uint64_t last_start;  /* what was looked at last, which mostly is readable the next time, too */
    uint64_t last_bytes;
};

/* Takes a copy. Returns 0 or VMCLOCK_ERR_EFI: boot services have ended, or have none to give. */
int vmclock_efi_map_open(struct vmclock_efi_map *map, const struct efi_system_table *system);

/* Access by the map: to what is memory, at its physical address, to all else not. */
void vmclock_efi_map_memory(struct vmclock_efi_map *map, struct vmclock_memory *memory);

void vmclock_efi_map_close(const struct vmclock_efi_map *map);

#endif
