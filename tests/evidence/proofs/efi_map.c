/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A firmware's map of up to three descriptors: what is said to be readable from an address on, is, whatever was
 * asked for before. The descriptors are STEP bytes apart; without that it is any number, and proven is that nothing
 * beside the map is read, and that what a descriptor gives is in it.
 */
#include "drivers/efi/memory.c"
#include "proof.h"

#ifdef STEP
#define MOST (3 * STEP) /* bytes of the map */
#else
#define MOST 100 /* three of the shortest descriptors, and a little */
#endif

static struct vmclock_efi_map map;

static const struct descriptor *described(unsigned n)
{
    return (n + 1) * map.step <= map.size ? (const void *)(map.descriptors + n * map.step) : NULL;
}

static uint64_t start_of(const struct descriptor *d)
{
    return d->start[0] | (uint64_t)d->start[1] << 32;
}

static uint64_t pages_of(const struct descriptor *d)
{
    return d->pages[0] | (uint64_t)d->pages[1] << 32;
}

static int is_readable(const struct descriptor *d)
{
    return d && d->type <= 10 && d->type != 8;
}

/* Whether a byte is in so many pages from start on, as the specification reads. */
static int has(uint64_t start, uint64_t pages, uint64_t phys)
{
    return phys >= start && (phys - start) >> 12 < pages;
}

/* Whether it is in descriptor n, and so many bytes from it on are said to be. */
static int gives(unsigned n, uint64_t phys, uint64_t count)
{
    const struct descriptor *d = described(n);

    return is_readable(d) && has(start_of(d), pages_of(d), phys) &&
           count == (pages_of(d) << 12) - (phys - start_of(d));
}

/* Whether what is kept is descriptor n. */
static int keeps(unsigned n)
{
    const struct descriptor *d = described(n);

    return is_readable(d) && map.last_start == start_of(d) && map.last_bytes == pages_of(d) << 12;
}

static int keeps_any(void)
{
    return map.last_bytes == 0 || keeps(0) || keeps(1) || keeps(2);
}

/* What is given above is in the descriptor, each byte, as far as there are addresses. */
static void so_many_are_in_it(void)
{
    uint64_t start = any_u64(), pages = any_u64(), phys = any_u64(), into = any_u64();

    if (has(start, pages, phys) && into < (pages << 12) - (phys - start) &&
        into <= UINT64_MAX - phys)
        PROVE(has(start, pages, phys + into));
}

int main(void)
{
    uint64_t phys = any_u64(), count;

    map.size = any_u32();
    ASSUME(map.size <= MOST);
    map.last_start = any_u64();
    map.last_bytes = any_u64();
#ifdef STEP
    map.step = STEP;
    map.descriptors = proof_exactly(MOST);
    ASSUME(keeps_any());
    count = memory_readable_from(&map, phys);
    PROVE(keeps_any());
    PROVE(count == 0 || gives(0, phys, count) || gives(1, phys, count) || gives(2, phys, count));
#else
    map.step = any_u32();
    ASSUME(map.step >= sizeof(struct descriptor) && map.step <= MEMORY_EFI_PAGE &&
           map.step % 8 == 0);
    map.descriptors = proof_bytes(map.size, MOST);
    (void)memory_readable_from(&map, phys);
    (void)count;
    so_many_are_in_it();
#endif
    return 0;
}
