/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the root pointer through the root table to the DSDT and the SSDTs. ACPI 6.5, 5.2.
 */
#include "internal.h"
#include "mapping.h"
#include "token.h"

#include <vmclock/error.h>

#define SIGNATURE_RSDT AML_SEGMENT('R', 'S', 'D', 'T')
#define SIGNATURE_XSDT AML_SEGMENT('X', 'S', 'D', 'T')
#define SIGNATURE_FADT AML_SEGMENT('F', 'A', 'C', 'P')
#define SIGNATURE_DSDT AML_SEGMENT('D', 'S', 'D', 'T')
#define SIGNATURE_SSDT AML_SEGMENT('S', 'S', 'D', 'T')

#define HEADER_LENGTH 4u /* offset of the table's length */

#define FADT_DSDT 40u
#define FADT_X_DSDT 140u

/* Signature and length of the table at phys, not yet checked in any way. */
static int read_header(const struct vmclock_memory *memory, uint64_t phys, uint32_t *signature,
                       uint32_t *length)
{
    uint64_t both;
    int error = vmclock_acpi_read_number(memory, phys, 8, &both);

    if (error != 0)
        return error;
    *signature = (uint32_t)both;
    *length = (uint32_t)(both >> 32);
    return 0;
}

/* Maps a whole table and checks its length and checksum. */
static int map_table(struct vmclock_acpi_search *search, uint64_t phys, uint32_t length,
                     const uint8_t **table)
{
    if (length < ACPI_HEADER_SIZE || length > VMCLOCK_ACPI_MAX_TABLE ||
        length > search->total_left || phys > UINT64_MAX - length)
        return VMCLOCK_ERR_TABLE;
    search->total_left -= length;
    *table = vmclock_acpi_map(search->memory, phys, length);
    if (*table == NULL)
        return VMCLOCK_ERR_MAP;
    if (vmclock_acpi_sums_to_zero(*table, length))
        return 0;
    vmclock_acpi_unmap(search->memory, *table, length);
    return VMCLOCK_ERR_TABLE;
}

/* Scans the table at phys, which must be a DSDT or an SSDT as expected. */
static int scan_table(struct vmclock_acpi_search *search, uint64_t phys, uint32_t expected)
{
    const uint8_t *table;
    uint32_t signature, length;
    int error = read_header(search->memory, phys, &signature, &length);

    if (error == 0)
        error = signature == expected ? map_table(search, phys, length, &table) : VMCLOCK_ERR_TABLE;
    if (error != 0)
        return error;
    search->region.origin_phys = phys;
    search->region.origin_signature = signature;
    vmclock_acpi_scan_aml(search, table, length);
    vmclock_acpi_unmap(search->memory, table, length);
    return 0;
}

/* The FADT leads to the DSDT, by a 64-bit pointer that counts, and a 32-bit one of old. */
static int read_fadt(struct vmclock_acpi_search *search, uint64_t phys, uint32_t length,
                     uint64_t *dsdt_phys, uint64_t *x_dsdt_phys)
{
    const uint8_t *fadt;
    int error = map_table(search, phys, length, &fadt);

    if (error != 0)
        return error;
    *dsdt_phys = vmclock_acpi_number_at(fadt, length, FADT_DSDT, 4);
    *x_dsdt_phys = 0;
    if (length >= FADT_X_DSDT + 8)
        *x_dsdt_phys = vmclock_acpi_number_at(fadt, length, FADT_X_DSDT, 8);
    vmclock_acpi_unmap(search->memory, fadt, length);
    return 0;
}

static int follow_fadt(struct vmclock_acpi_search *search, uint64_t phys, uint32_t length)
{
    uint64_t dsdt, x_dsdt;
    int error = read_fadt(search, phys, length, &dsdt, &x_dsdt);

    if (error != 0)
        return error;
    error = x_dsdt != 0 ? scan_table(search, x_dsdt, SIGNATURE_DSDT) : VMCLOCK_ERR_TABLE;
    if (error != 0 && dsdt != 0 && dsdt != x_dsdt)
        error = scan_table(search, dsdt, SIGNATURE_DSDT);
    return error;
}

static void visit_entry(struct vmclock_acpi_search *search, uint64_t phys)
{
    uint32_t signature, length;
    int error = read_header(search->memory, phys, &signature, &length);

    search->region.origin_phys = phys;
    search->region.origin_signature = error == 0 ? signature : 0;
    if (error == 0 && signature == SIGNATURE_SSDT)
        error = scan_table(search, phys, signature);
    else if (error == 0 && signature == SIGNATURE_FADT)
        error = follow_fadt(search, phys, length);
    if (error != 0)
        vmclock_acpi_report(search, error, WEIGHT_TABLE, 0);
}

/* Visits what a root table lists. width: bytes of an entry. Fails if the table itself is damaged. */
static int walk_root(struct vmclock_acpi_search *search, uint64_t phys, uint32_t expected,
                     uint32_t width)
{
    const uint8_t *table;
    uint32_t signature, length, offset, count;
    uint64_t entry;
    int error = read_header(search->memory, phys, &signature, &length);

    search->region.origin_phys = phys;
    search->region.origin_signature = expected;
    if (error == 0)
        error = signature == expected ? map_table(search, phys, length, &table) : VMCLOCK_ERR_TABLE;
    if (error != 0) {
        vmclock_acpi_report(search, error, WEIGHT_TABLE, 0);
        return error;
    }
    vmclock_acpi_unmap(search->memory, table, length);
    offset = ACPI_HEADER_SIZE;
    for (count = 0; count < VMCLOCK_ACPI_MAX_ENTRIES && !search->stopped; count++) {
        if (offset > length || length - offset < width)
            break;
        error = vmclock_acpi_read_number(search->memory, phys + offset, width, &entry);
        if (error != 0)
            vmclock_acpi_report(search, error, WEIGHT_TABLE, offset);
        else if (entry != 0)
            visit_entry(search, entry);
        offset += width;
    }
    return 0;
}

int vmclock_acpi_enumerate(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                           vmclock_region_visit *visit, void *context)
{
    struct vmclock_acpi_search search;
    struct vmclock_acpi_roots roots;
    int error;

    if (memory == NULL || memory->map == NULL || visit == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    error = vmclock_acpi_read_rsdp(memory, rsdp_phys, &roots);
    if (error != 0)
        return error;
    if (roots.xsdt_phys == 0 && roots.rsdt_phys == 0)
        return VMCLOCK_ERR_RSDP;
    vmclock_acpi_search_start(&search, visit, context, memory);
    error = VMCLOCK_ERR_TABLE;
    if (roots.xsdt_phys != 0)
        error = walk_root(&search, roots.xsdt_phys, SIGNATURE_XSDT, 8);
    if (error != 0 && roots.rsdt_phys != 0 && !search.stopped)
        (void)walk_root(&search, roots.rsdt_phys, SIGNATURE_RSDT, 4);
    return vmclock_acpi_search_result(&search);
}

int vmclock_acpi_scan_table(const void *table, size_t size, vmclock_region_visit *visit,
                            void *context)
{
    struct vmclock_acpi_search search;
    uint32_t signature, length;

    if (table == NULL || visit == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    if (size < ACPI_HEADER_SIZE)
        return VMCLOCK_ERR_TABLE;
    signature = (uint32_t)vmclock_acpi_number_at(table, ACPI_HEADER_SIZE, 0, 4);
    length = (uint32_t)vmclock_acpi_number_at(table, ACPI_HEADER_SIZE, HEADER_LENGTH, 4);
    if ((signature != SIGNATURE_SSDT && signature != SIGNATURE_DSDT) || length < ACPI_HEADER_SIZE ||
        length > size || length > VMCLOCK_ACPI_MAX_TABLE ||
        !vmclock_acpi_sums_to_zero(table, length))
        return VMCLOCK_ERR_TABLE;
    vmclock_acpi_search_start(&search, visit, context, NULL);
    search.region.origin_signature = signature;
    vmclock_acpi_scan_aml(&search, table, length);
    return vmclock_acpi_search_result(&search);
}
