/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find_efi.c - the page where the firmware is EFI: its boot services have memory mapped one to one.
 */
#include <grub/efi/efi.h>
#include <vmclock/efi.h>
#include "clock.h"

int vmclock_grub_find(struct vmclock_region *region)
{
    return vmclock_efi_find(grub_efi_system_table, NULL, region);
}

/* Firmware for PCs maps all that the CPU can address, or at least all below 4 GiB; on Arm not, and what is
 * not mapped is a fault: so the MMU is asked. */
static int can_read(vmclock_uintptr address)
{
#ifdef __aarch64__
    uint64_t level, result;

    __asm__ volatile("mrs %0, CurrentEL" : "=r"(level));
    if (level >> 2 == 2)
        __asm__ volatile("at s1e2r, %1\n\tisb\n\tmrs %0, par_el1" : "=r"(result) : "r"(address));
    else
        __asm__ volatile("at s1e1r, %1\n\tisb\n\tmrs %0, par_el1" : "=r"(result) : "r"(address));
    return !(result & 1);
#else
    (void)address;
    return 1;
#endif
}

const void *vmclock_grub_map(const struct vmclock_region *region)
{
    if (region->phys > UINTPTR_MAX || region->length > UINTPTR_MAX - region->phys ||
        !can_read((vmclock_uintptr)region->phys))
        return NULL;
    return (const void *)(vmclock_uintptr)region->phys;
}
