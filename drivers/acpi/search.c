/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a search has met so far, and the two simple ways to use one.
 */
#include "internal.h"

#include <vmclock/error.h>

void vmclock_acpi_search_start(struct vmclock_acpi_search *search, vmclock_region_visit *visit,
                               void *context, const struct vmclock_memory *memory)
{
    search->visit = visit;
    search->context = context;
    search->memory = memory;
    search->total_left = VMCLOCK_ACPI_MAX_TOTAL;
    search->error = VMCLOCK_ERR_NO_DEVICE;
    search->weight = WEIGHT_NONE;
    search->found = 0;
    search->stopped = 0;
    search->region.origin_phys = 0;
    search->region.origin_offset = 0;
    search->region.origin_signature = 0;
    vmclock_acpi_region_clear(&search->region);
}

void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset)
{
    if (error == 0) {
        search->found = 1;
    } else {
        vmclock_acpi_region_clear(&search->region);
        if (weight > search->weight) {
            search->weight = (uint8_t)weight;
            search->error = error;
        }
    }
    search->region.origin_offset = offset;
    search->stopped = search->visit(search->context, error, &search->region) != 0;
}

int vmclock_acpi_search_result(const struct vmclock_acpi_search *search)
{
    return search->found ? 0 : search->error;
}

static int keep_first(void *context, int error, const struct vmclock_region *region)
{
    if (error == 0)
        vmclock_acpi_region_copy(context, region);
    return error == 0;
}

int vmclock_acpi_find(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                      struct vmclock_region *region)
{
    if (region == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    return vmclock_acpi_enumerate(memory, rsdp_phys, keep_first, region);
}

struct collection {
    struct vmclock_region *regions;
    uint32_t capacity;
    uint32_t found;
};

static int collect(void *context, int error, const struct vmclock_region *region)
{
    struct collection *all = context;
    uint32_t i;

    if (error != 0)
        return 0;
    for (i = 0; i < all->found && i < all->capacity; i++) {
        if (all->regions[i].phys == region->phys && all->regions[i].length == region->length)
            return 0;
    }
    if (all->found < all->capacity)
        vmclock_acpi_region_copy(&all->regions[all->found], region);
    all->found++;
    return 0;
}

int vmclock_acpi_find_all(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                          struct vmclock_region *regions, uint32_t capacity, uint32_t *found)
{
    struct collection all;
    int error;

    if ((regions == NULL && capacity != 0) || found == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    all.regions = regions;
    all.capacity = capacity;
    all.found = 0;
    error = vmclock_acpi_enumerate(memory, rsdp_phys, collect, &all);
    if (error == 0)
        *found = all.found;
    return error;
}
