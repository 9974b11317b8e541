/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - from the firmware's tables to an opened page.
 */
#ifndef VMCLOCK_BOOT_EFI_PAGE_H
#define VMCLOCK_BOOT_EFI_PAGE_H

#include <vmclock/page.h>
#include <vmclock/region.h>
#include "boot/efi/firmware.h"

/* Where the page is, by ACPI, then by device tree. Returns 0, or an error of vmclock_efi_find or of
 * vmclock_fdt_find. */
int page_find(EFI_SYSTEM_TABLE *system, struct vmclock_region *region);

/* Opens it where boot services have it. Returns 0, or with *clk untouched an error of vmclock_open, or
 * VMCLOCK_ERR_MAP. */
int page_open_at(const struct vmclock_region *region, struct vmclock *clk);

/*
 * Finds the page, by ACPI, then by device tree, and opens it where boot services have it.
 *
 * Returns 0, or an error of vmclock_efi_find, of vmclock_fdt_find, of vmclock_open or
 * VMCLOCK_ERR_MAP, with *clk untouched. *region is set if *found is 1.
 */
int page_open(EFI_SYSTEM_TABLE *system, struct vmclock_region *region, uint8_t *found,
              struct vmclock *clk);

#endif
