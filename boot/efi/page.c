/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - from the firmware's tables to an opened page.
 */
#include <vmclock/efi.h>
#include <vmclock/error.h>
#include "boot/efi/machine.h"
#include "boot/efi/page.h"

/* No firmware of i386 has a device tree, and there is little room. */
#if defined(VMCLOCK_CHECK_FDT) && !defined(__i386__)
#include <libfdt.h>
#include <vmclock/fdt.h>

static int find_by_device_tree(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    const void *dtb = NULL;
    int error = vmclock_efi_find_dtb(system, &dtb);

    return error ? error : vmclock_fdt_find(dtb, fdt_totalsize(dtb), region);
}
#else
static int find_by_device_tree(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    (void)system;
    (void)region;
    return VMCLOCK_ERR_NO_DEVICE;
}
#endif

/* What is wrong with the one counts if the other has no device. */
int page_find(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    int error = vmclock_efi_find(system, NULL, region);
    int tree_error;

    if (!error)
        return 0;
    tree_error = find_by_device_tree(system, region);
    return tree_error == VMCLOCK_ERR_NO_DEVICE ? error : tree_error;
}

/* Boot services map memory one to one. What they leave out of the memory map is readable on x86, but
 * not everywhere. */
static const void *map(const struct vmclock_region *region, size_t *length)
{
    *length = region->length < SIZE_MAX ? (size_t)region->length : SIZE_MAX;
    if (region->phys > UINTPTR_MAX || !machine_can_read((uintptr_t)region->phys))
        return NULL;
    return (const void *)(uintptr_t)region->phys;
}

int page_open_at(const struct vmclock_region *region, struct vmclock *clk)
{
    size_t length;
    const void *page = map(region, &length);

    return page ? vmclock_open(clk, page, length) : VMCLOCK_ERR_MAP;
}

int page_open(EFI_SYSTEM_TABLE *system, struct vmclock_region *region, uint8_t *found,
              struct vmclock *clk)
{
    int error = page_find(system, region);

    *found = !error;
    return error ? error : page_open_at(region, clk);
}
