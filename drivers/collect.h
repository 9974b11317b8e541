/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collect.h - regions copied and gathered: what the searches of acpi/ and fdt/ share.
 *
 * Inline, since the two are libraries that do not need each other.
 */
#ifndef VMCLOCK_DRIVERS_COLLECT_H
#define VMCLOCK_DRIVERS_COLLECT_H

#include <vmclock/region.h>

/* Without a call to memcpy. */
static inline void vmclock_region_copy(struct vmclock_region *to, const struct vmclock_region *from)
{
    to->phys = from->phys;
    to->length = from->length;
    to->origin_phys = from->origin_phys;
    to->origin_offset = from->origin_offset;
    to->origin_signature = from->origin_signature;
    to->interrupt[0] = from->interrupt[0];
    to->interrupt[1] = from->interrupt[1];
    to->interrupt[2] = from->interrupt[2];
    to->interrupt[3] = from->interrupt[3];
    to->interrupt_cells = from->interrupt_cells;
    to->source = from->source;
}

/* All but the origin_ fields becomes 0, without a call to memset. */
static inline void vmclock_region_clear(struct vmclock_region *region, uint8_t source)
{
    region->phys = 0;
    region->length = 0;
    region->interrupt[0] = 0;
    region->interrupt[1] = 0;
    region->interrupt[2] = 0;
    region->interrupt[3] = 0;
    region->interrupt_cells = 0;
    region->source = source;
}

/* A vmclock_region_visit that ends the search at the first device; context: struct vmclock_region. */
static inline int vmclock_keep_first(void *context, int error, const struct vmclock_region *region)
{
    if (!error)
        vmclock_region_copy(context, region);
    return !error;
}

struct vmclock_collection {
    struct vmclock_region *regions;
    uint32_t capacity;
    uint32_t found;
};

/* A vmclock_region_visit that gathers each range once; context: struct vmclock_collection. */
static inline int vmclock_collect(void *context, int error, const struct vmclock_region *region)
{
    struct vmclock_collection *all = context;
    uint32_t i;

    if (error)
        return 0;
    for (i = 0; i < all->found && i < all->capacity; i++) {
        if (all->regions[i].phys == region->phys && all->regions[i].length == region->length)
            return 0;
    }
    if (all->found < all->capacity)
        vmclock_region_copy(&all->regions[all->found], region);
    all->found++;
    return 0;
}

#endif
