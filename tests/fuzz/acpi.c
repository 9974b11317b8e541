/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "acpi.h"

static int find(void *input, struct vmclock_region *region)
{
    struct memory *memory = input;
    int error;

    memory_start(memory);
    error = vmclock_acpi_find(&memory->callbacks, memory->rsdp_phys, region);
    memory_end(memory);
    return error;
}

static int find_all(void *input, struct vmclock_region *regions, uint32_t capacity, uint32_t *found)
{
    struct memory *memory = input;
    int error;

    memory_start(memory);
    error = vmclock_acpi_find_all(&memory->callbacks, memory->rsdp_phys, regions, capacity, found);
    memory_end(memory);
    return error;
}

static int enumerate(void *input, vmclock_region_visit *visit, void *context)
{
    struct memory *memory = input;
    int error;

    memory_start(memory);
    error = vmclock_acpi_enumerate(&memory->callbacks, memory->rsdp_phys, visit, context);
    memory_end(memory);
    return error;
}

int is_table_error(int error)
{
    return error == VMCLOCK_ERR_NO_DEVICE || error == VMCLOCK_ERR_TABLE ||
           error == VMCLOCK_ERR_AML || error == VMCLOCK_ERR_UNSUPPORTED ||
           error == VMCLOCK_ERR_RESOURCE;
}

static int is_documented(int error)
{
    return is_table_error(error) || error == VMCLOCK_ERR_RSDP || error == VMCLOCK_ERR_MAP;
}

struct search acpi_search(struct memory *memory)
{
    const struct search search = {
        .find = find,
        .find_all = find_all,
        .enumerate = enumerate,
        .is_documented = is_documented,
        .source = VMCLOCK_SOURCE_ACPI,
        .input = memory,
    };

    return search;
}
