/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole search: its passes, and the ways to use one.
 */
#include <vmclock/error.h>
#include "drivers/acpi/internal.h"
#include "drivers/acpi/mapping.h"
#include "drivers/collect.h"

#define SEARCH_SIGNATURE_DSDT AML_SEGMENT('D', 'S', 'D', 'T')
#define SEARCH_SIGNATURE_SSDT AML_SEGMENT('S', 'S', 'D', 'T')
#define SEARCH_SIGNATURE_PSDT AML_SEGMENT('P', 'S', 'D', 'T')
#define SEARCH_SIGNATURE_OSDT AML_SEGMENT('O', 'S', 'D', 'T')
#define SEARCH_HEADER_LENGTH 4u /* offset of the table's length */

/* Where the tables are: in memory, or the only one. */
struct source {
    struct vmclock_acpi_roots roots;
    const uint8_t *table;
    uint32_t length;
};

static void search_pass(struct vmclock_acpi_search *search, const struct source *source,
                        enum pass which)
{
    search->pass = (uint8_t)which;
    if (search->memory != NULL)
        vmclock_acpi_each_table(search, &source->roots);
    else
        vmclock_acpi_one_table(search, 1, source->table, source->length, 0);
}

/* What concerns the devices that there are. */
static void search_reach(struct vmclock_acpi_search *search, const struct source *source)
{
    uint32_t lost = search->lost;

    search->lost = 0;
    search_pass(search, source, PASS_REACH);
    if (search->lost != lost) /* tables come and go */
        vmclock_nodes_give_up(&search->nodes);
}

/* Returns what the whole search does. */
static int search_run(struct vmclock_acpi_search *search, const struct source *source)
{
    search_pass(search, source, PASS_DEVICES);
    if (search->nodes.count != 0)
        search_reach(search, source);
    search_pass(search, source, PASS_REPORT);
    if (search->devices_only && !search->found && search->weight != WEIGHT_DEVICE) {
        search->devices_only = SEARCH_NO_DEVICES; /* but what is to be said of the tables */
        search->weight = WEIGHT_NONE;
        search->error = VMCLOCK_ERR_NO_DEVICE;
        search_pass(search, source, PASS_REPORT);
    }
    return search->found ? 0 : search->error;
}

/* devices_only: visit does not ask for anything else. */
static int search_enumerate(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                            vmclock_region_visit *visit, void *context, int devices_only)
{
    struct vmclock_acpi_search search;
    struct source source;
    int error;

    if (memory == NULL || memory->map == NULL || visit == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    error = vmclock_acpi_read_rsdp(memory, rsdp_phys, &source.roots);
    if (error != 0)
        return error;
    if (source.roots.xsdt_phys == 0 && source.roots.rsdt_phys == 0)
        return VMCLOCK_ERR_RSDP;
    vmclock_acpi_search_start(&search, visit, context, memory);
    search.devices_only = (uint8_t)devices_only;
    return search_run(&search, &source);
}

int vmclock_acpi_enumerate(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                           vmclock_region_visit *visit, void *context)
{
    return search_enumerate(memory, rsdp_phys, visit, context, 0);
}

int vmclock_acpi_find(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                      struct vmclock_region *region)
{
    if (region == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    return search_enumerate(memory, rsdp_phys, vmclock_keep_first, region, 1);
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
    error = search_enumerate(memory, rsdp_phys, vmclock_collect, &all, 1);
    if (error == 0)
        *found = all.found;
    return error;
}

int vmclock_acpi_scan_table(const void *table, size_t size, vmclock_region_visit *visit,
                            void *context)
{
    struct vmclock_acpi_search search;
    struct source source;
    uint32_t signature, length;

    if (table == NULL || visit == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    if (size < ACPI_HEADER_SIZE)
        return VMCLOCK_ERR_TABLE;
    signature = (uint32_t)vmclock_acpi_number_at(table, ACPI_HEADER_SIZE, 0, 4);
    length = (uint32_t)vmclock_acpi_number_at(table, ACPI_HEADER_SIZE, SEARCH_HEADER_LENGTH, 4);
    if ((signature != SEARCH_SIGNATURE_SSDT && signature != SEARCH_SIGNATURE_DSDT &&
         signature != SEARCH_SIGNATURE_PSDT && signature != SEARCH_SIGNATURE_OSDT) ||
        length < ACPI_HEADER_SIZE || length > size || length > VMCLOCK_ACPI_MAX_TABLE ||
        !vmclock_acpi_sums_to_zero(table, length))
        return VMCLOCK_ERR_TABLE;
    vmclock_acpi_search_start(&search, visit, context, NULL);
    search.region.origin_signature = signature;
    source.table = table;
    source.length = length;
    return search_run(&search, &source);
}
