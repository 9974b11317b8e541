/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a search has met so far, and the two simple ways to use one.
 */
#include "drivers/collect.h"
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
    vmclock_region_clear(&search->region, VMCLOCK_SOURCE_ACPI);
}

void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset)
{
    if (error == 0) {
        search->found = 1;
    } else {
        vmclock_region_clear(&search->region, VMCLOCK_SOURCE_ACPI);
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

int vmclock_acpi_find(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                      struct vmclock_region *region)
{
    if (region == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    return vmclock_acpi_enumerate(memory, rsdp_phys, vmclock_keep_first, region);
}

int vmclock_acpi_find_all(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                          struct vmclock_region *regions, uint32_t capacity, uint32_t *found)
{
    struct vmclock_collection all;
    int error;

    if ((regions == NULL && capacity != 0) || found == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    all.regions = regions;
    all.capacity = capacity;
    all.found = 0;
    error = vmclock_acpi_enumerate(memory, rsdp_phys, vmclock_collect, &all);
    if (error == 0)
        *found = all.found;
    return error;
}
