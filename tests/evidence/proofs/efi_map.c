/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory by a firmware's map of up to three descriptors of any step: what is mapped it calls readable. */
#include "drivers/efi/memory.c"
#include "proof.h"

#define MOST 100 /* bytes of the map */

/* Whether one of the descriptors has the byte at phys, as the specification reads. */
static int has(const struct vmclock_efi_map *map, uint64_t phys)
{
    for (size_t at = 0; at + map->step <= map->size; at += map->step) {
        const struct descriptor *d = (const void *)(map->descriptors + at);
        uint64_t start = d->start[0] | (uint64_t)d->start[1] << 32;
        uint64_t pages = d->pages[0] | (uint64_t)d->pages[1] << 32;

        if (d->type <= 10 && d->type != 8 && phys >= start && (phys - start) >> 12 < pages)
            return 1;
    }
    return 0;
}

int main(void)
{
    struct vmclock_efi_map map;
    uint64_t phys = any_u64(), into = any_u64();
    size_t length = any_u32();
    const void *mapped;

    map.size = any_u32() % (MOST + 1);
    map.last_start = map.last_bytes = 0; /* as it is opened */
    map.step = any_u32();
    ASSUME(map.step >= sizeof(struct descriptor) && map.step <= MEMORY_EFI_PAGE &&
           map.step % 8 == 0);
    map.descriptors = proof_bytes(map.size, MOST);
    ASSUME(length >= 1 && length <= 8192 && into < length);
    mapped = memory_map(&map, phys, length);
    if (mapped) {
        PROVE((vmclock_uintptr)mapped == phys && phys != 0 && phys <= UINT64_MAX - length);
        PROVE(has(&map, phys + into));
    }
    return 0;
}
