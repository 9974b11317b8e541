/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/error.h>
#include "boot/linux/find/result.h"

static struct item *add(struct items *items, const struct place *place)
{
    struct item *item;

    if (items->count++ >= MAX_SHOWN) {
        free(place->node);
        return NULL;
    }
    item = &items->shown[items->count - 1];
    item->place = *place;
    return item;
}

void result_add_device(struct result *result, const struct place *place, const char *source,
                       const struct vmclock_region *region)
{
    struct item *item = add(&result->devices, place);

    if (item) {
        item->source = source;
        item->region = *region;
    }
}

void result_add_refusal(struct result *result, const struct place *place, enum rank rank,
                        const char *error, const char *format, ...)
{
    struct item *item = add(&result->refusals, place);
    va_list arguments;

    if (rank > result->rank) {
        result->rank = rank;
        result->error = error;
    }
    if (!item)
        return;
    item->error = error;
    va_start(arguments, format);
    vsnprintf(item->text, sizeof(item->text), format, arguments);
    va_end(arguments);
}

/* File and node names come from anywhere: one line each, and nothing that a terminal obeys. */
static void print_text(const char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte < 0x20 || byte >= 0x7f || byte == '\\')
            printf("\\x%02x", byte);
        else
            putchar(byte);
    }
}

static void print_signature(uint32_t signature)
{
    char text[5] = {0};

    for (int i = 0; i < 4; i++)
        text[i] = (char)(signature >> 8 * i);
    print_text(text);
}

/* As people read it: FILE, SSDT+0x2c (which begins at 0x100). */
static void print_place(const struct place *place)
{
    print_text(place->file);
    if (place->node) {
        printf(", node ");
        print_text(place->node);
    } else if (place->signature) {
        printf(", ");
        print_signature(place->signature);
        if (place->has_offset)
            printf("+0x%" PRIx64, place->offset);
        if (place->table_at)
            printf(" (the table at 0x%" PRIx64 " of the file)", place->table_at);
    } else if (place->has_offset) {
        printf(", offset 0x%" PRIx64, place->offset);
    }
}

static void print_for_people(const struct result *result)
{
    for (size_t i = 0; i < result->devices.count && i < MAX_SHOWN; i++) {
        const struct item *item = &result->devices.shown[i];
        const struct vmclock_region *region = &item->region;

        printf("vmclock page at 0x%" PRIx64 ", %" PRIu64 " bytes, ", region->phys, region->length);
        if (!region->interrupt_cells)
            printf("no interrupt: ");
        else if (region->source == VMCLOCK_SOURCE_ACPI)
            printf("interrupt %" PRIu32 " (flags 0x%" PRIx32 "): ", region->interrupt[0],
                   region->interrupt[1]);
        else
            printf("interrupt described by %u cells: ", region->interrupt_cells);
        print_place(&item->place);
        putchar('\n');
    }
    for (size_t i = 0; i < result->refusals.count && i < MAX_SHOWN; i++) {
        const struct item *item = &result->refusals.shown[i];

        printf("refused (%s): ", item->error);
        print_place(&item->place);
        printf(": %s\n", item->text);
    }
    if (result->devices.count > MAX_SHOWN || result->refusals.count > MAX_SHOWN)
        printf("only the first %d of each kind are shown\n", MAX_SHOWN);
    if (!result->devices.count)
        printf("no vmclock device found in %zu DSDT or SSDT, %zu device trees\n", result->tables,
               result->trees);
}

static void print_keys_of_place(const char *prefix, size_t number, const struct place *place)
{
    printf("%s%zu.file=", prefix, number);
    print_text(place->file);
    printf("\n%s%zu.table=", prefix, number);
    if (place->signature) {
        print_signature(place->signature);
        printf("\n%s%zu.table_at=0x%" PRIx64, prefix, number, place->table_at);
    } else {
        printf("none\n%s%zu.table_at=none", prefix, number);
    }
    printf("\n%s%zu.offset=", prefix, number);
    if (place->has_offset)
        printf("0x%" PRIx64, place->offset);
    else
        printf("none");
    printf("\n%s%zu.node=", prefix, number);
    print_text(place->node ? place->node : "none");
    putchar('\n');
}

static void print_keys_of_device(size_t number, const struct item *item)
{
    const struct vmclock_region *region = &item->region;

    printf("device%zu.source=%s\n", number, item->source);
    printf("device%zu.phys=0x%" PRIx64 "\n", number, region->phys);
    printf("device%zu.length=0x%" PRIx64 "\n", number, region->length);
    printf("device%zu.interrupt=", number);
    for (unsigned i = 0; i < region->interrupt_cells; i++)
        printf("%s0x%" PRIx32, i ? "," : "", region->interrupt[i]);
    printf("%s\n", region->interrupt_cells ? "" : "none");
    print_keys_of_place("device", number, &item->place);
}

static void print_keys(const struct result *result)
{
    printf("vmclock-find.format=1\n");
    printf("result=%s\n", result->devices.count ? "found" : "none");
    printf("error=%s\n", result->devices.count ? "ok"
                         : result->error       ? result->error
                                               : vmclock_error_name(VMCLOCK_ERR_NO_DEVICE));
    printf("tables=%zu\nother_tables=%zu\ntrees=%zu\nbuffers=%zu\n", result->tables, result->others,
           result->trees, result->buffers);
    printf("devices=%zu\nrefusals=%zu\n", result->devices.count, result->refusals.count);
    for (size_t i = 0; i < result->devices.count && i < MAX_SHOWN; i++)
        print_keys_of_device(i + 1, &result->devices.shown[i]);
    for (size_t i = 0; i < result->refusals.count && i < MAX_SHOWN; i++) {
        const struct item *item = &result->refusals.shown[i];

        printf("refusal%zu.error=%s\n", i + 1, item->error);
        printf("refusal%zu.text=%s\n", i + 1, item->text);
        print_keys_of_place("refusal", i + 1, &item->place);
    }
}

void result_print(const struct result *result, bool only_keys)
{
    if (!only_keys)
        print_for_people(result);
    print_keys(result);
}
