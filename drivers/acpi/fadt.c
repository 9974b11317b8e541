/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the FADT says of the CMOS clock. ACPI 6.5, 5.2.9.
 */
#include <vmclock/error.h>
#include "drivers/acpi/internal.h"
#include "drivers/acpi/mapping.h"
#include "drivers/acpi/token.h"

#define FADT_ROOT_HEADER 36u
#define FADT_CENTURY 108u
#define FADT_BOOT_ARCHITECTURE 109u
#define FADT_NO_CMOS 0x20u

/* The whole table, mapped and checked. */
static int fadt_map_checked(const struct vmclock_memory *memory, uint64_t phys, uint32_t signature,
                            uint32_t *length, const uint8_t **table)
{
    uint64_t both;
    int error = vmclock_acpi_read_number(memory, phys, 8, &both);

    if (error != 0)
        return error;
    *length = (uint32_t)(both >> 32);
    if ((uint32_t)both != signature)
        return VMCLOCK_ERR_NO_DEVICE;
    if (*length < FADT_ROOT_HEADER || *length > VMCLOCK_ACPI_MAX_TABLE ||
        phys > UINT64_MAX - *length)
        return VMCLOCK_ERR_TABLE;
    *table = vmclock_acpi_map(memory, phys, *length);
    if (*table == NULL)
        return VMCLOCK_ERR_MAP;
    if (vmclock_acpi_sums_to_zero(*table, *length))
        return 0;
    vmclock_acpi_unmap(memory, *table, *length);
    return VMCLOCK_ERR_TABLE;
}

static int fadt_read_fadt_cmos(const struct vmclock_memory *memory, uint64_t phys,
                               struct vmclock_acpi_cmos *cmos)
{
    const uint8_t *fadt;
    uint32_t length;
    int error = fadt_map_checked(memory, phys, AML_SEGMENT('F', 'A', 'C', 'P'), &length, &fadt);

    if (error != 0)
        return error;
    cmos->century = length > FADT_CENTURY ? fadt[FADT_CENTURY] : 0;
    cmos->absent =
        (vmclock_acpi_number_at(fadt, length, FADT_BOOT_ARCHITECTURE, 2) & FADT_NO_CMOS) != 0;
    vmclock_acpi_unmap(memory, fadt, length);
    return 0;
}

/* Looks through a root table, whose entries have width bytes. One mapping at a time. */
static int fadt_look_in_root(const struct vmclock_memory *memory, uint64_t root_phys,
                             uint32_t signature, uint32_t width, struct vmclock_acpi_cmos *cmos)
{
    const uint8_t *root;
    uint32_t length, offset, count;
    uint64_t entry;
    int error = fadt_map_checked(memory, root_phys, signature, &length, &root);

    if (error != 0)
        return VMCLOCK_ERR_TABLE;
    vmclock_acpi_unmap(memory, root, length);
    error = VMCLOCK_ERR_NO_DEVICE;
    offset = FADT_ROOT_HEADER;
    for (count = 0; count < VMCLOCK_ACPI_MAX_ENTRIES && error != 0; count++) {
        if (length - offset < width)
            break;
        if (vmclock_acpi_read_number(memory, root_phys + offset, width, &entry) == 0 && entry != 0)
            error = fadt_read_fadt_cmos(memory, entry, cmos);
        offset += width;
    }
    return error == 0 ? 0 : VMCLOCK_ERR_NO_DEVICE;
}

int vmclock_acpi_find_cmos(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                           struct vmclock_acpi_cmos *cmos)
{
    struct vmclock_acpi_roots roots;
    int error;

    if (memory == NULL || memory->map == NULL || cmos == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    error = vmclock_acpi_read_rsdp(memory, rsdp_phys, &roots);
    if (error != 0)
        return error;
    error = VMCLOCK_ERR_TABLE;
    if (roots.xsdt_phys != 0)
        error =
            fadt_look_in_root(memory, roots.xsdt_phys, AML_SEGMENT('X', 'S', 'D', 'T'), 8, cmos);
    if (error == VMCLOCK_ERR_TABLE && roots.rsdt_phys != 0)
        error =
            fadt_look_in_root(memory, roots.rsdt_phys, AML_SEGMENT('R', 'S', 'D', 'T'), 4, cmos);
    return error;
}
