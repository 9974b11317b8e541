/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI: tables as files have them, and evaluated _CRS.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "boot/linux/find/input.h"
#include "boot/linux/find/sources.h"

#define HEADER_SIZE 36u

/* A scan under way. */
struct scan {
    struct result *result;
    struct place place;
};

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int see(void *context, int error, const struct vmclock_region *region)
{
    struct scan *scan = context;
    struct place place = scan->place;

    place.offset = region->origin_offset;
    place.has_offset = true;
    if (error)
        result_add_refusal(scan->result, &place, RANK_TABLE, vmclock_error_name(error), "%s",
                           vmclock_error_text(error));
    else
        result_add_device(scan->result, &place, "acpi", region);
    return 0;
}

/* What is at an offset is no table: why, where a reason can be seen. */
static void refuse_no_table(struct scan *scan, const uint8_t *bytes, size_t left)
{
    static const char name[] = "table";
    struct place *place = &scan->place;

    place->offset = place->table_at;
    place->has_offset = true;
    place->table_at = 0;
    if (left >= 4 && memcmp(bytes, "\xd0\x0d\xfe\xed", 4) == 0)
        result_add_refusal(scan->result, place, RANK_TABLE, name, "is a device tree: use --fdt");
    else if (left >= 9 && memcmp(bytes + 4, " @ 0x", 5) == 0)
        result_add_refusal(scan->result, place, RANK_TABLE, name,
                           "is acpidump's text: make tables of it by acpixtract -a");
    else if (left < HEADER_SIZE)
        result_add_refusal(scan->result, place, RANK_TABLE, name,
                           "%zu bytes are too few for a table's header", left);
    else if (place->signature)
        result_add_refusal(scan->result, place, RANK_TABLE, name,
                           "the header says %" PRIu32 " bytes, %zu are there", get32(bytes + 4),
                           left);
    else
        result_add_refusal(scan->result, place, RANK_TABLE, name, "is no ACPI table");
}

/* Four capitals or digits, as all tables begin. */
static bool is_signature(const uint8_t *bytes)
{
    for (int i = 0; i < 4; i++) {
        if (!(bytes[i] >= 'A' && bytes[i] <= 'Z') && !(bytes[i] >= '0' && bytes[i] <= '9'))
            return false;
    }
    return true;
}

/* One whole table. */
static void scan_table(struct scan *scan, const uint8_t *table, uint32_t length)
{
    size_t refusals = scan->result->refusals.count;
    uint8_t sum = 0;
    int error;

    if (memcmp(table, "DSDT", 4) != 0 && memcmp(table, "SSDT", 4) != 0) {
        scan->result->others++;
        return;
    }
    scan->result->tables++;
    error = vmclock_acpi_scan_table(table, length, see, scan);
    if (error == VMCLOCK_ERR_RESOURCE || error == VMCLOCK_ERR_UNSUPPORTED) {
        if (scan->result->rank < RANK_DEVICE) {
            scan->result->rank = RANK_DEVICE;
            scan->result->error = vmclock_error_name(error);
        }
    } else if (error == VMCLOCK_ERR_TABLE && refusals == scan->result->refusals.count) {
        for (uint32_t i = 0; i < length; i++)
            sum = (uint8_t)(sum + table[i]);
        result_add_refusal(scan->result, &scan->place, RANK_TABLE, vmclock_error_name(error),
                           sum ? "the table's bytes add up to 0x%02x, not to 0"
                               : "the table is longer than 16 MiB",
                           sum);
    }
}

void find_in_tables(const char *path, struct result *result)
{
    struct scan scan = {.result = result};
    struct input input;
    uint32_t length;

    if (input_read(path, &input, result))
        return;
    for (size_t at = 0; at < input.length; at += length) {
        const uint8_t *table = input.bytes + at;
        size_t left = input.length - at;

        scan.place = (struct place){.file = path, .table_at = at};
        length = 0;
        if (left >= HEADER_SIZE && is_signature(table)) {
            scan.place.signature = get32(table);
            length = get32(table + 4);
        }
        if (length < HEADER_SIZE || length > left) {
            refuse_no_table(&scan, table, left);
            break;
        }
        scan_table(&scan, table, length);
    }
    free(input.bytes);
}

void find_in_crs(const char *path, struct result *result)
{
    const struct place place = {.file = path};
    struct vmclock_region region;
    struct input input;
    int error;

    if (input_read(path, &input, result))
        return;
    result->buffers++;
    error = vmclock_acpi_parse_crs(input.bytes, input.length, &region);
    if (error)
        result_add_refusal(result, &place, RANK_DEVICE, vmclock_error_name(error), "%s",
                           vmclock_error_text(error));
    else
        result_add_device(result, &place, "crs", &region);
    free(input.bytes);
}
