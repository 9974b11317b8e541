/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resource templates: the input is an evaluated _CRS. Inside a Device's constant _CRS it must give
 * the same as by itself, or be refused where it can be read as text that names a part of the device.
 */
#include <stdlib.h>
#include <string.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "memory.h"
#include "property.h"

#define MAX_SIZE 0x1000u
#define HEADER 36u

/* A header, then Device (VCLK) { Name (_HID, "AMZNC10C") Name (_CRS, Buffer (size) { */
static const uint8_t around[] = "SSDT....................................\x5b\x82...VCLK"
                                "\x08_HID\x0d"
                                "AMZNC10C\0\x08_CRS\x11...\x0b..";
#define DEVICE_LENGTH_AT 42u
#define BUFFER_LENGTH_AT (sizeof around - 1 - 6)
#define BUFFER_SIZE_AT (sizeof around - 1 - 2)

static void put_package_length(uint8_t *at, size_t length)
{
    at[0] = (uint8_t)(0x80 | (length & 0x0f));
    at[1] = (uint8_t)(length >> 4);
    at[2] = (uint8_t)(length >> 12);
}

static int keep(void *context, int error, const struct vmclock_region *region)
{
    if (error == 0)
        *(struct vmclock_region *)context = *region;
    return 0;
}

/* Names are text without regard to case: to the bit that a letter has it in. */
static int is_name(const uint8_t *at, const char *name)
{
    for (unsigned i = 0; i < 4; i++)
        if ((at[i] | 0x20) != (name[i] | 0x20))
            return 0;
    return 1;
}

static int names_the_device(const uint8_t *crs, size_t size)
{
    static const char *const names[] = {"VCLK", "_HID", "_CID", "_STA", "_CRS"};
    size_t i, at;

    for (at = 0; at + 4 <= size; at++)
        for (i = 0; i < sizeof names / sizeof *names; i++)
            if (is_name(crs + at, names[i]))
                return 1;
    return 0;
}

static void check_in_device(const uint8_t *crs, size_t size, int error,
                            const struct vmclock_region *alone)
{
    size_t length = sizeof around - 1 + size;
    uint8_t *table = malloc(length);
    struct vmclock_region region;
    int scanned;
    unsigned i;

    memcpy(table, around, sizeof around - 1);
    memset(table + HEADER, 0, 4); /* four constants, so that the device is not the first */
    if (size != 0)
        memcpy(table + sizeof around - 1, crs, size);
    for (i = 0; i < 4; i++)
        table[4 + i] = (uint8_t)(length >> 8 * i);
    put_package_length(table + DEVICE_LENGTH_AT, length - DEVICE_LENGTH_AT);
    put_package_length(table + BUFFER_LENGTH_AT, length - BUFFER_LENGTH_AT);
    table[BUFFER_SIZE_AT] = (uint8_t)size;
    table[BUFFER_SIZE_AT + 1] = (uint8_t)(size >> 8);
    fix_sum(table, length, 9);
    scanned = vmclock_acpi_scan_table(table, length, keep, &region);
    HOLDS(scanned == error || (scanned == VMCLOCK_ERR_UNSUPPORTED && names_the_device(crs, size)));
    if (scanned == 0) {
        region.origin_offset = 0;
        region.origin_signature = 0;
        HOLDS(same_region(&region, alone));
    }
    free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vmclock_region region, longer;
    uint8_t *crs, *more;
    int error;

    if (size > MAX_SIZE)
        return 0;
    crs = exact_copy(data, size);
    memset(&region, MARK, sizeof region);
    error = vmclock_acpi_parse_crs(crs, size, &region);
    HOLDS(error == 0 || error == VMCLOCK_ERR_RESOURCE);
    if (error == 0) {
        HOLDS(region.length != 0 && region.phys <= UINT64_MAX - region.length);
        HOLDS(region.source == VMCLOCK_SOURCE_ACPI && region.interrupt_cells <= 2);
        HOLDS(region.origin_phys == 0 && region.origin_offset == 0 && region.origin_signature == 0);
        more = calloc(1, size + 64); /* what follows the end tag has no bearing */
        memcpy(more, crs, size);
        memset(more + size, 0x86, 64);
        HOLDS(vmclock_acpi_parse_crs(more, size + 64, &longer) == 0);
        HOLDS(same_region(&region, &longer));
        free(more);
    } else {
        HOLDS(untouched(&region, sizeof region));
    }
    check_in_device(crs, size, error, &region);
    free(crs);
    return 0;
}
