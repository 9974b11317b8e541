/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a search has met so far.
 */
#include <vmclock/error.h>
#include "drivers/acpi/internal.h"
#include "drivers/collect.h"

void vmclock_acpi_search_start(struct vmclock_acpi_search *search, vmclock_region_visit *visit,
                               void *context, const struct vmclock_memory *memory)
{
    search->visit = visit;
    search->context = context;
    search->memory = memory;
    search->fadt_phys = 0;
    search->special = 0;
    search->pass = PASS_DEVICES;
    search->devices_only = 0;
    search->distrust = 0;
    search->unsteady = 0;
    search->tried_phys = 0;
    search->named = 0;
    search->lost = 0;
    search->nodes.count = 0;
    search->nodes.filter = 0;
    search->nodes.named = 0;
    search->nodes.hopeless = 0;
    search->error = VMCLOCK_ERR_NO_DEVICE;
    search->weight = WEIGHT_NONE;
    search->found = 0;
    search->stopped = 0;
    search->region.origin_phys = 0;
    search->region.origin_offset = 0;
    search->region.origin_signature = 0;
    vmclock_region_clear(&search->region, VMCLOCK_SOURCE_ACPI);
}

static VMCLOCK_NOINLINE void report_clear(struct vmclock_acpi_search *search)
{
    vmclock_region_clear(&search->region, VMCLOCK_SOURCE_ACPI);
}

void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset)
{
    if (search->pass != PASS_REPORT)
        return;
    if (error == 0) {
        search->found = 1;
    } else if (weight > search->weight) {
        search->weight = (uint8_t)weight;
        search->error = error;
        if (search->devices_only != SEARCH_NO_DEVICES)
            search->tried_phys = search->region.origin_phys;
    }
    if (error != 0)
        report_clear(search);
    search->region.origin_offset = offset;
    if (error == 0 || !search->devices_only)
        search->stopped = search->visit(search->context, error, &search->region) != 0;
    report_clear(search); /* for the next one */
}
