/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paging.h - the CPU's page tables, of 64-bit entries. SDM 3A, 4.4 and 4.5.
 */
#ifndef VMCLOCK_BOOT_EFI_X86_PAGING_H
#define VMCLOCK_BOOT_EFI_X86_PAGING_H

#include "boot/efi/firmware.h"

/*
 * Whether tables of that many levels, 3 to 5, map the address. root: the first one, where all of them
 * can be read at the addresses in their entries, without the bits in ignored.
 */
int paging_maps(uint64_t root, unsigned levels, uint64_t ignored, uint64_t address);

#endif
