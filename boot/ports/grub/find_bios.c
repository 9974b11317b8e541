/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find_bios.c - the page on a PC with a BIOS, where GRUB has the memory below 4 GiB as it is.
 */
#include <grub/memory.h>
#include <vmclock/acpi.h>
#include "clock.h"

#define BIOS_END 0x100000u /* memory up to here is not asked for: the BIOS has its own in there */

struct range {
    uint64_t phys;
    size_t length;
    int is_memory;
};

static int look_in(grub_uint64_t start, grub_uint64_t size, grub_memory_type_t type, void *data)
{
    struct range *range = data;

    range->is_memory = type != GRUB_MEMORY_BADRAM && range->phys >= start &&
                       range->phys - start < size && range->length <= size - (range->phys - start);
    return range->is_memory;
}

static int is_below_4_gib(uint64_t phys, uint64_t length)
{
    return phys != 0 && phys <= UINTPTR_MAX && length <= UINTPTR_MAX - phys;
}

/* Tables say any address: only where the BIOS says that there is memory. */
static const void *map(void *context, uint64_t phys, size_t length)
{
    struct range range = {phys, length, phys < BIOS_END && length <= BIOS_END - phys};

    (void)context;
    if (!is_below_4_gib(phys, length))
        return NULL;
    if (!range.is_memory)
        grub_machine_mmap_iterate(look_in, &range);
    return range.is_memory ? (const void *)(vmclock_uintptr)phys : NULL;
}

int vmclock_grub_find(struct vmclock_region *region)
{
    const struct vmclock_memory memory = {map, NULL, NULL};
    uint64_t rsdp_phys;
    int error = vmclock_acpi_find_rsdp(&memory, &rsdp_phys);

    if (error == VMCLOCK_ERR_RSDP) /* a machine without ACPI */
        return VMCLOCK_ERR_NO_DEVICE;
    return error ? error : vmclock_acpi_find(&memory, rsdp_phys, region);
}

/* The page may be a device's, which is in no memory map; where nothing is, a PC reads ones. */
const void *vmclock_grub_map(const struct vmclock_region *region)
{
    if (!is_below_4_gib(region->phys, region->length))
        return NULL;
    return (const void *)(vmclock_uintptr)region->phys;
}
