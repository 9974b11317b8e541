/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmu.h - stands in for U-Boot's: what is mapped, up to an entry of size 0.
 */
#ifndef VMCLOCK_TESTS_U_BOOT_MMU_H
#define VMCLOCK_TESTS_U_BOOT_MMU_H

#include <asm/global_data.h>

#define MT_DEVICE_NGNRNE 0
#define MT_NORMAL 4
#define PTE_BLOCK_MEMTYPE(type) ((u64)(type) << 2)
#define PTE_BLOCK_OUTER_SHARE ((u64)2 << 8)

struct mm_region {
    u64 virt, phys, size, attrs;
};

extern struct mm_region *mem_map;

#endif
