/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * result.h - what was found and what was refused, kept until it is printed.
 */
#ifndef FIND_RESULT_H
#define FIND_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vmclock/region.h>

#define MAX_SHOWN 100 /* of each: a hostile table may have millions; all are counted */

/* How much closer to a device an error is: the closest one is that of a search without a device. */
enum rank { RANK_NONE, RANK_FILE, RANK_TABLE, RANK_DEVICE };

/* Where in the inputs something is. */
struct place {
    const char *file;   /* outlives the result */
    uint32_t signature; /* of an ACPI table, as in struct vmclock_region; 0: none */
    uint64_t table_at;  /* where the table begins in the file */
    uint64_t offset;    /* of the device: in the table, or in a tree's structure block */
    bool has_offset;
    char *node; /* path in a device tree; null: none */
};

struct item {
    struct place place;
    struct vmclock_region region; /* of a device */
    const char *source;           /* of a device: acpi, crs, fdt */
    const char *error;            /* of a refusal: its name */
    char text[160];               /* of a refusal: why, for people */
};

struct items {
    struct item shown[MAX_SHOWN];
    size_t count;
};

struct result {
    struct items devices;
    struct items refusals;
    size_t tables; /* DSDTs and SSDTs that were looked at */
    size_t others; /* other ACPI tables, which hold no devices */
    size_t trees;
    size_t buffers; /* evaluated _CRS */
    enum rank rank;
    const char *error; /* the first of the highest rank */
};

/* Both take place over, with its node. */
void result_add_device(struct result *result, const struct place *place, const char *source,
                       const struct vmclock_region *region);
__attribute__((format(printf, 5, 6))) void result_add_refusal(struct result *result,
                                                              const struct place *place,
                                                              enum rank rank, const char *error,
                                                              const char *format, ...);

/* Lines for people (unless only keys are wanted), then key=value lines, on stdout. */
void result_print(const struct result *result, bool only_keys);

#endif
