/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the drivers make of tables from elsewhere, for the tests that are written in Python.
 *
 * probe table FILE    a DSDT or SSDT
 * probe memory FILE   physical memory from address 0 on, of a PC
 * probe crs HEX       the bytes of an evaluated _CRS
 * probe sets FILE     machines, one behind the other: how many tables, in four bytes, and the tables,
 *                     of which the DSDT is reached by a FADT that stands last; a "set" line before each
 *
 * Prints a line for each device, "ok PHYS LENGTH [irq NUMBER FLAGS]", and each refusal, its short
 * name with the table; at the end "result NAME". Exits 0 unless it could not work.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "firmware.h"

#define TABLES 0x100000u /* where tables are, so far apart */
#define MAX_TABLES 8u

struct image {
    uint8_t *bytes;
    size_t length;
};

static void give_up(const char *what)
{
    fprintf(stderr, "probe: %s\n", what);
    exit(2);
}

static struct image read_image(const char *path)
{
    struct image image = {NULL, 0};
    FILE *file = fopen(path, "rb");
    long length;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) <= 0)
        give_up(path);
    rewind(file);
    image.length = (size_t)length;
    image.bytes = malloc(image.length);
    if (image.bytes == NULL || fread(image.bytes, 1, image.length, file) != image.length)
        give_up(path);
    fclose(file);
    return image;
}

static const void *map(void *context, uint64_t phys, size_t length)
{
    const struct image *image = context;
    uint8_t *copy;

    if (phys > image->length || length > image->length - phys)
        return NULL;
    copy = malloc(length);
    memcpy(copy, image->bytes + phys, length);
    return copy;
}

static void unmap(void *context, const void *mapped, size_t length)
{
    (void)context;
    (void)length;
    free((void *)(uintptr_t)mapped);
}

static int show(void *context, int error, const struct vmclock_region *region)
{
    char signature[5] = {0};
    unsigned i;

    (void)context;
    for (i = 0; i < 4; i++)
        signature[i] = (char)(region->origin_signature >> 8 * i);
    if (error != 0) {
        printf("%s %s+0x%" PRIx32 "\n", vmclock_error_name(error), signature,
               region->origin_offset);
        return 0;
    }
    printf("ok 0x%" PRIx64 " 0x%" PRIx64, region->phys, region->length);
    if (region->interrupt_cells != 0)
        printf(" irq 0x%" PRIx32 " 0x%" PRIx32, region->interrupt[0], region->interrupt[1]);
    printf("\n");
    return 0;
}

static int probe_memory(const char *path)
{
    struct image image = read_image(path);
    struct vmclock_memory memory = {map, unmap, &image};
    uint64_t rsdp_phys;
    int error = vmclock_acpi_find_rsdp(&memory, &rsdp_phys);

    if (error == 0)
        error = vmclock_acpi_enumerate(&memory, rsdp_phys, show, NULL);
    free(image.bytes);
    return error;
}

static int probe_table(const char *path)
{
    struct image image = read_image(path);
    int error = vmclock_acpi_scan_table(image.bytes, image.length, show, NULL);

    free(image.bytes);
    return error;
}

static int probe_crs(const char *hex)
{
    size_t i, length = strlen(hex) / 2;
    uint8_t *bytes = malloc(length + 1);
    struct vmclock_region region;
    int error;

    for (i = 0; i < length; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    error = vmclock_acpi_parse_crs(bytes, length, &region);
    if (error == 0)
        show(NULL, 0, &region);
    free(bytes);
    return error;
}

static uint32_t get32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* One machine. Returns how many bytes it takes in the file. */
static size_t probe_set(const uint8_t *bytes)
{
    uint64_t entries[MAX_TABLES + 1];
    uint32_t i, length, listed = 0, count = get32(bytes);
    struct firmware firmware;
    size_t at = 4;
    uint64_t phys, fadt = 0;

    if (count > MAX_TABLES)
        give_up("too many tables");
    firmware_init(&firmware);
    for (i = 0; i < count; i++, at += length) {
        length = get32(bytes + at + 4);
        phys = TABLES * (i + 1);
        firmware_add(&firmware, phys, bytes + at, length);
        if (memcmp(bytes + at, "DSDT", 4) == 0)
            fadt = phys;
        else
            entries[listed++] = phys;
    }
    if (fadt != 0) {
        firmware_add_fadt(&firmware, TABLES * (count + 1), 244, 0, fadt);
        entries[listed++] = TABLES * (count + 1);
    }
    firmware_add_root(&firmware, 0x2000, 8, entries, listed);
    firmware_add_rsdp(&firmware, 0x1000, 2, 0, 0x2000);
    printf("set\n");
    printf("result %s\n",
           vmclock_error_name(vmclock_acpi_enumerate(&firmware.memory, 0x1000, show, NULL)));
    firmware_free(&firmware);
    return at;
}

static void probe_sets(const char *path)
{
    struct image image = read_image(path);
    size_t at = 0;

    while (at < image.length)
        at += probe_set(image.bytes + at);
    free(image.bytes);
}

int main(int argc, char **argv)
{
    int error = 0;

    if (argc == 3 && strcmp(argv[1], "sets") == 0) {
        probe_sets(argv[2]);
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "table") == 0)
        error = probe_table(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "memory") == 0)
        error = probe_memory(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "crs") == 0)
        error = probe_crs(argv[2]);
    else
        give_up("table FILE | memory FILE | crs HEX");
    printf("result %s\n", vmclock_error_name(error));
    return 0;
}
