/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the root table to the DSDT and the SSDTs, in the order in which they are loaded. ACPI 6.5, 5.2.
 */
#include <vmclock/error.h>
#include "drivers/acpi/internal.h"
#include "drivers/acpi/mapping.h"
#include "drivers/acpi/token.h"

#define TABLES_SIGNATURE_RSDT AML_SEGMENT('R', 'S', 'D', 'T')
#define TABLES_SIGNATURE_XSDT AML_SEGMENT('X', 'S', 'D', 'T')
#define TABLES_SIGNATURE_FADT AML_SEGMENT('F', 'A', 'C', 'P')
#define TABLES_SIGNATURE_DSDT AML_SEGMENT('D', 'S', 'D', 'T')
#define TABLES_SIGNATURE_SSDT AML_SEGMENT('S', 'S', 'D', 'T')
#define TABLES_SIGNATURE_PSDT AML_SEGMENT('P', 'S', 'D', 'T')
#define TABLES_SIGNATURE_OSDT AML_SEGMENT('O', 'S', 'D', 'T')

#define TABLES_FADT_DSDT 40u
#define TABLES_FADT_X_DSDT 140u

/* A pass under way. */
struct tables {
    struct vmclock_acpi_search *search;
    uint64_t root_phys;
    uint32_t width; /* bytes of the root's entries */
    uint32_t count;
};

/* Signature and length of the table at phys, not yet checked in any way. */
static int tables_read_header(const struct vmclock_memory *memory, uint64_t phys,
                              uint32_t *signature, uint32_t *length)
{
    uint64_t both;
    int error = vmclock_acpi_read_number(memory, phys, 8, &both);

    if (error != 0)
        return error;
    *signature = (uint32_t)both;
    *length = (uint32_t)(both >> 32);
    return 0;
}

/* In the last pass it shows that something was not seen before. */
static void tables_note_lost(struct vmclock_acpi_search *search, int error)
{
    if (error != VMCLOCK_ERR_MAP)
        return;
    if (search->pass != PASS_REPORT)
        search->lost++;
    else
        search->unsteady = 1;
}

/* Maps a whole table if its length can be. */
static int tables_map_table(struct vmclock_acpi_search *search, uint64_t phys, uint32_t length,
                            const uint8_t **table)
{
    if (length < ACPI_HEADER_SIZE || length > VMCLOCK_ACPI_MAX_TABLE ||
        length > search->total_left || phys > UINT64_MAX - length)
        return VMCLOCK_ERR_TABLE;
    search->total_left -= length;
    *table = vmclock_acpi_map(search->memory, phys, length);
    return *table != NULL ? 0 : VMCLOCK_ERR_MAP;
}

/* The same, and checks its bytes. */
static int tables_map_good_table(struct vmclock_acpi_search *search, uint64_t phys, uint32_t length,
                                 const uint8_t **table)
{
    int error = tables_map_table(search, phys, length, table);

    if (error != 0 || vmclock_acpi_sums_to_zero(*table, length))
        return error;
    vmclock_acpi_unmap(search->memory, *table, length);
    return VMCLOCK_ERR_TABLE;
}

/* Looks at a table that was mapped. Returns 0, or VMCLOCK_ERR_TABLE if its checksum is wrong. */
static int tables_look_at(struct vmclock_acpi_search *search, uint32_t bit, const uint8_t *table,
                          uint32_t length)
{
    int checked = search->pass == PASS_DEVICES || search->special & bit;
    int damaged = search->distrust || (checked && !vmclock_acpi_sums_to_zero(table, length));

    vmclock_acpi_one_table(search, bit, table, length, damaged);
    return damaged ? VMCLOCK_ERR_TABLE : 0;
}

/* The table at phys, which must be of the signature. */
static int tables_take_table(struct vmclock_acpi_search *search, uint64_t phys, uint32_t expected)
{
    const uint8_t *table;
    uint32_t bit = UINT32_C(1) << ((uint32_t)phys * UINT32_C(0x9e3779b1) >> 27);
    uint32_t signature, length;
    int error;

    if (search->pass == PASS_REPORT && search->devices_only == SEARCH_DEVICES && !search->named &&
        !(search->special & bit))
        return 0;
    error = tables_read_header(search->memory, phys, &signature, &length);
    if (error == 0)
        error = signature == expected ? tables_map_table(search, phys, length, &table)
                                      : VMCLOCK_ERR_TABLE;
    if (error == 0) {
        search->region.origin_phys = phys;
        search->region.origin_signature = signature;
        error = tables_look_at(search, bit, table, length);
        vmclock_acpi_unmap(search->memory, table, length);
    }
    if (error != 0 && search->pass == PASS_DEVICES)
        search->special |= bit;
    return error;
}

/*
 * The FADT leads to the DSDT, by a 64-bit pointer that counts, and a 32-bit one of old. Interpreters follow
 * one with a wrong checksum, too.
 */
static int tables_read_fadt(struct vmclock_acpi_search *search, uint64_t phys, uint32_t length,
                            uint64_t *dsdt_phys, uint64_t *x_dsdt_phys)
{
    const uint8_t *fadt;
    int error = tables_map_table(search, phys, length, &fadt);

    if (error != 0)
        return error;
    search->distrust = !vmclock_acpi_sums_to_zero(fadt, length);
    *dsdt_phys = vmclock_acpi_number_at(fadt, length, TABLES_FADT_DSDT, 4);
    *x_dsdt_phys = 0;
    if (length >= TABLES_FADT_X_DSDT + 8)
        *x_dsdt_phys = vmclock_acpi_number_at(fadt, length, TABLES_FADT_X_DSDT, 8);
    vmclock_acpi_unmap(search->memory, fadt, length);
    return 0;
}

static int tables_follow_fadt(struct vmclock_acpi_search *search, uint64_t phys, uint32_t length)
{
    uint64_t dsdt, x_dsdt;
    int error = tables_read_fadt(search, phys, length, &dsdt, &x_dsdt);

    if (error != 0)
        return error;
    error =
        x_dsdt != 0 ? tables_take_table(search, x_dsdt, TABLES_SIGNATURE_DSDT) : VMCLOCK_ERR_TABLE;
    if (error != 0 && dsdt != 0 && dsdt != x_dsdt)
        error = tables_take_table(search, dsdt, TABLES_SIGNATURE_DSDT);
    if (search->distrust) { /* it is the one to be told of */
        search->distrust = 0;
        search->region.origin_phys = phys;
        search->region.origin_signature = TABLES_SIGNATURE_FADT;
        error = VMCLOCK_ERR_TABLE;
    }
    return error;
}

/* An entry of the root. The FADT comes first, as soon as it is known; in its place, not again. */
static void tables_visit_entry(struct vmclock_acpi_search *search, uint64_t phys)
{
    uint32_t signature, length;
    int error = tables_read_header(search->memory, phys, &signature, &length);

    search->region.origin_phys = phys;
    search->region.origin_signature = error == 0 ? signature : 0;
    if (error == 0 && signature == TABLES_SIGNATURE_FADT) {
        if (search->fadt_phys == 0)
            search->fadt_phys = phys;
        error = tables_follow_fadt(search, phys, length);
    } else if (error == 0 &&
               (signature == TABLES_SIGNATURE_SSDT || signature == TABLES_SIGNATURE_PSDT ||
                signature == TABLES_SIGNATURE_OSDT)) {
        error = tables_take_table(search, phys, signature);
    }
    if (error == 0)
        return;
    tables_note_lost(search, error);
    vmclock_acpi_report(search, error, WEIGHT_TABLE, 0);
}

/* Checks a root table: takes its place and size. Reports why not. */
static int tables_open_root(struct tables *tables, uint64_t phys, uint32_t expected, uint32_t width)
{
    struct vmclock_acpi_search *search = tables->search;
    const uint8_t *table;
    uint32_t signature, length;
    int error = tables_read_header(search->memory, phys, &signature, &length);

    search->region.origin_phys = phys;
    search->region.origin_signature = expected;
    if (error == 0)
        error = signature == expected ? tables_map_good_table(search, phys, length, &table)
                                      : VMCLOCK_ERR_TABLE;
    if (error == 0) {
        vmclock_acpi_unmap(search->memory, table, length);
        tables->root_phys = phys + ACPI_HEADER_SIZE;
        tables->width = width;
        tables->count = (length - ACPI_HEADER_SIZE) >> (width == 8 ? 3 : 2);
        if (tables->count <= VMCLOCK_ACPI_MAX_ENTRIES)
            return 0;
        error = VMCLOCK_ERR_TABLE; /* what is not looked at may change what is found */
    }
    tables_note_lost(search, error);
    vmclock_acpi_report(search, error, WEIGHT_TABLE, 0);
    return error;
}

void vmclock_acpi_each_table(struct vmclock_acpi_search *search,
                             const struct vmclock_acpi_roots *roots)
{
    struct tables tables;
    uint64_t entry, first = search->fadt_phys; /* none in the first pass: there order is nothing */
    uint32_t i;
    int error = VMCLOCK_ERR_TABLE;

    tables.search = search;
    search->total_left = VMCLOCK_ACPI_MAX_TOTAL;
    if (roots->xsdt_phys != 0)
        error = tables_open_root(&tables, roots->xsdt_phys, TABLES_SIGNATURE_XSDT, 8);
    if (error != 0 && roots->rsdt_phys != 0 && !search->stopped)
        error = tables_open_root(&tables, roots->rsdt_phys, TABLES_SIGNATURE_RSDT, 4);
    if (error != 0)
        return;
    if (first != 0)
        tables_visit_entry(search, first);
    for (i = 0; i < tables.count && !search->stopped; i++) {
        error = vmclock_acpi_read_number(
            search->memory, tables.root_phys + (uint64_t)i * tables.width, tables.width, &entry);
        if (error != 0) {
            search->region.origin_phys = tables.root_phys - ACPI_HEADER_SIZE;
            tables_note_lost(search, error);
            vmclock_acpi_report(search, error, WEIGHT_TABLE, ACPI_HEADER_SIZE + i * tables.width);
        } else if (entry != 0 && entry != first) {
            tables_visit_entry(search, entry);
        }
    }
}
