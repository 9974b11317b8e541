/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - what the firmware's memory map says against an address that a user gave.
 */
#ifndef VMCLOCK_BOOT_EFI_MEMORY_H
#define VMCLOCK_BOOT_EFI_MEMORY_H

#include "boot/efi/firmware.h"

/*
 * Whether a page may be looked for there: not at 0, not where the map has devices' registers or what is
 * broken, not accepted or of no known type. Where the map has nothing, as pages of hypervisors often
 * are, it may.
 *
 * Returns 0, VMCLOCK_ERR_MAP, or VMCLOCK_ERR_EFI: there is no memory map.
 */
int memory_allows(EFI_SYSTEM_TABLE *system, uint64_t phys);

#endif
