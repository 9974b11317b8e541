/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - the identity map, grown a GiB at a time as addresses are asked for.
 */
#include "arch/x86/cpuid.h"
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"

#define ENTRIES 512u
#define TABLE 0x3u /* present, writable */
#define PAGE 0x83u /* the same, a page and not a table */
#define PAGE_2M_SHIFT 21u
#define GIB_SHIFT 30u
#define TOP_SHIFT 39u
#define LOW_HALF_BITS 47u /* of addresses that can be mapped one to one */
#define SPARE_TABLES 8u   /* a GiB takes one where the CPU has no pages of 1 GiB */

extern uint64_t page_tables[ENTRIES]; /* the top one, set up by start.S */

static uint64_t spare[SPARE_TABLES][ENTRIES] __attribute__((aligned(4096)));
static unsigned spare_used;

static uint32_t cpuid_eax(uint32_t leaf)
{
    struct vmclock_arch_cpuid id;

    vmclock_arch_cpuid(NULL, leaf, &id);
    return id.eax;
}

static int has_pages_of_1g(void)
{
    struct vmclock_arch_cpuid id;

    vmclock_arch_cpuid(NULL, 0x80000001, &id);
    return id.edx >> 26 & 1;
}

/* Addresses of more bits than the CPU has would fault. */
static unsigned address_bits(void)
{
    unsigned bits = 36;

    if (cpuid_eax(0x80000000) >= 0x80000008)
        bits = cpuid_eax(0x80000008) & 0xff;
    return bits < LOW_HALF_BITS ? bits : LOW_HALF_BITS;
}

static uint64_t *new_table(void)
{
    return spare_used < SPARE_TABLES ? spare[spare_used++] : NULL;
}

static uint64_t *table_of(uint64_t entry)
{
    return (uint64_t *)(uintptr_t)(entry & ~0xfffull);
}

/* The GiB that starts at phys. Returns 0 when there is no table left for it. */
static int map_gib(uint64_t phys)
{
    uint64_t *top = &page_tables[phys >> TOP_SHIFT], *entry, *pages;

    if (!*top) {
        uint64_t *table = new_table();

        if (!table)
            return 0;
        *top = (uintptr_t)table | TABLE;
    }
    entry = &table_of(*top)[phys >> GIB_SHIFT & (ENTRIES - 1)];
    if (*entry)
        return 1;
    if (has_pages_of_1g()) {
        *entry = phys | PAGE;
        return 1;
    }
    pages = new_table();
    if (!pages)
        return 0;
    for (uint64_t i = 0; i < ENTRIES; i++)
        pages[i] = phys | i << PAGE_2M_SHIFT | PAGE;
    *entry = (uintptr_t)pages | TABLE;
    return 1;
}

void *memory_map(uint64_t phys, uint64_t length)
{
    const uint64_t last = phys + length - 1;

    if (!phys || !length || last < phys)
        return NULL;
    if (last >> GIB_SHIFT && last >> address_bits())
        return NULL;
    for (uint64_t gib = phys >> GIB_SHIFT; gib <= last >> GIB_SHIFT; gib++)
        if (!map_gib(gib << GIB_SHIFT))
            return NULL;
    return (void *)(uintptr_t)phys;
}

const volatile void *platform_map(uint64_t phys, uint64_t length)
{
    return memory_map(phys, length);
}
