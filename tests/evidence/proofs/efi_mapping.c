/* SPDX-License-Identifier: BSD-2-Clause */
/* A mapping of any length: each of its bytes was said to be readable, in up to PIECES pieces of any lengths. */
#include "drivers/efi/memory.h"

static uint64_t any_readable_from(struct vmclock_efi_map *map, uint64_t phys);

#include "drivers/efi/memory.c"
#include "proof.h"

#define PIECES 6

static uint64_t next,
    rest; /* what was not yet said to be readable, and how many bytes from there on */
static int asked;

static uint64_t any_readable_from(struct vmclock_efi_map *map, uint64_t phys)
{
    uint64_t count = any_u64();

    (void)map;
    ASSUME(asked++ < PIECES);
    PROVE(rest != 0 && phys == next);
    next += count;
    rest = count < rest ? rest - count : 0;
    return count;
}

int main(void)
{
    struct vmclock_efi_map map;
    uint64_t phys = any_u64();
    size_t length = any_u64();
    const void *mapped;

    ASSUME(length != 0);
    next = phys;
    rest = length;
    mapped = memory_map(&map, phys, length);
    if (mapped)
        PROVE((vmclock_uintptr)mapped == phys && phys != 0 && phys <= UINT64_MAX - length && !rest);
    return 0;
}
