/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AML: the input is a DSDT or SSDT, whose signature, length and checksum are made right. It is
 * scanned as it is, by way of a root pointer, and cut in two tables.
 */
#include <stdlib.h>
#include <string.h>
#include <vmclock/acpi.h>
#include "acpi.h"

#define HEADER 36u
#define RSDP 0x1000u
#define XSDT 0x2000u
#define FADT 0x3000u
#define TABLE 0x10000u
#define SECOND 0x100000u
#define MAX_SIZE 0x10000u

static void put32(uint8_t *at, size_t value)
{
    unsigned i;

    for (i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void make_header(uint8_t *table, const char *signature, size_t length)
{
    memcpy(table, signature, 4);
    put32(table + 4, length);
    fix_sum(table, length, 9);
}

struct counts {
    uint32_t devices, refusals;
    struct vmclock_region first;
};

static int count(void *context, int error, const struct vmclock_region *region)
{
    struct counts *counts = context;

    if (error != 0) {
        HOLDS(is_table_error(error));
        counts->refusals++;
        return 0;
    }
    if (counts->devices++ == 0)
        counts->first = *region;
    return 0;
}

static int scan(const uint8_t *table, size_t length, struct counts *counts)
{
    memset(counts, 0, sizeof *counts);
    return vmclock_acpi_scan_table(table, length, count, counts);
}

/*
 * In memory there are no other tables than those that are there, so what the table alone takes to
 * exist may not: fewer devices are found, never others.
 */
static void compare(struct memory *memory, int result, const struct counts *alone)
{
    struct search search = acpi_search(memory);
    struct counts there;
    struct vmclock_region region;
    int found = check_search(&search);

    memset(&there, 0, sizeof there);
    HOLDS(search.enumerate(memory, count, &there) == found);
    HOLDS(there.devices <= alone->devices);
    HOLDS(found != 0 || result == 0);
    if (there.devices != 0 && there.devices == alone->devices) {
        region = alone->first;
        region.origin_phys = TABLE;
        HOLDS(same_region(&there.first, &region));
    }
}

/* The table cut in two, the second an SSDT: devices in both cannot be more than there are strings. */
static void cut(struct memory *memory, const uint8_t *table, size_t size, uint8_t *xsdt)
{
    size_t first = HEADER + (table[16] | (size_t)table[17] << 8) % (size - HEADER + 1);
    uint8_t *one = exact_copy(table, first);
    uint8_t *two = malloc(HEADER + size - first);
    struct search search;

    memcpy(two, table, HEADER);
    memcpy(two + HEADER, table + first, size - first);
    make_header(one, table[0] == 'D' ? "DSDT" : "SSDT", first);
    make_header(two, "SSDT", HEADER + size - first);
    put32(xsdt + HEADER + 8, SECOND);
    make_header(xsdt, "XSDT", HEADER + 16);
    memory->count = 1;
    memory_add(memory, XSDT, xsdt, HEADER + 16);
    memory_add(memory, FADT, memory->pieces[2].bytes, memory->pieces[2].length);
    memory_add(memory, TABLE, one, first);
    memory_add(memory, SECOND, two, HEADER + size - first);
    search = acpi_search(memory);
    (void)check_search(&search);
    free(one);
    free(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t rsdp[HEADER] = "RSD PTR ", xsdt[HEADER + 16] = {0}, fadt[148] = {0};
    struct counts counts;
    struct memory memory;
    uint8_t *table;
    int dsdt;

    if (size < HEADER || size > MAX_SIZE)
        return 0;
    table = exact_copy(data, size);
    HOLDS(scan(table, size, &counts) <= 0); /* as it is: most often a bad checksum */
    dsdt = data[0] == 'D';
    make_header(table, dsdt ? "DSDT" : "SSDT", size);
    rsdp[15] = 2;
    put32(rsdp + 20, sizeof rsdp);
    put32(rsdp + 24, XSDT);
    fix_sum(rsdp, 20, 8);
    fix_sum(rsdp, sizeof rsdp, 32);
    put32(xsdt + HEADER, dsdt ? FADT : TABLE);
    make_header(xsdt, "XSDT", HEADER + 8);
    put32(fadt + 140, TABLE);
    make_header(fadt, "FACP", sizeof fadt);
    memory_init(&memory);
    memory.rsdp_phys = RSDP;
    memory_add(&memory, RSDP, rsdp, sizeof rsdp);
    memory_add(&memory, XSDT, xsdt, HEADER + 8);
    memory_add(&memory, FADT, fadt, sizeof fadt);
    memory_add(&memory, TABLE, table, size);
    compare(&memory, scan(table, size, &counts), &counts);
    cut(&memory, table, size, xsdt);
    free(table);
    return 0;
}
