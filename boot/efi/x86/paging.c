/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paging.c - a walk from the root to the entry that maps.
 */
#include "boot/efi/x86/paging.h"

#define PRESENT 1u
#define IS_PAGE 0x80u /* of 2 MiB or 1 GiB, not a table */
#define TABLE UINT64_C(0x000ffffffffff000)
#define INDEX_BITS 9u

int paging_maps(uint64_t root, unsigned levels, uint64_t ignored, uint64_t address)
{
    uint64_t table = root;

    if (address >> (11 + INDEX_BITS * levels)) /* where nothing is mapped to its own address */
        return 0;
    for (unsigned level = levels; level; level--) {
        const uint64_t *entries = (const uint64_t *)(uintptr_t)table;
        const uint64_t entry = entries[address >> (12 + INDEX_BITS * (level - 1)) & 511];

        if (!(entry & PRESENT))
            return 0;
        if (level <= 3 && entry & IS_PAGE)
            return 1;
        table = entry & TABLE & ~ignored;
    }
    return 1;
}
