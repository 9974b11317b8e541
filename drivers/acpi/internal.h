/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * internal.h - what the parts of the ACPI search share.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_INTERNAL_H
#define VMCLOCK_DRIVERS_ACPI_INTERNAL_H

#include <vmclock/acpi.h>

#include "cursor.h"

#define ACPI_HEADER_SIZE 36u

/* How telling an error is: what is closer to a vmclock device wins, among equals the first. */
enum weight { WEIGHT_NONE = 0, WEIGHT_TABLE = 1, WEIGHT_DEVICE = 2 };

/* A search under way. */
struct vmclock_acpi_search {
    vmclock_region_visit *visit;
    void *context;
    const struct vmclock_memory *memory;
    struct vmclock_region region; /* origin_phys and origin_signature: the table looked at */
    uint32_t total_left;          /* bytes of tables that may still be looked at */
    int error;                    /* the most telling one yet */
    uint8_t weight;               /* enum weight, of that error */
    uint8_t found;                /* a device was */
    uint8_t stopped;              /* visit wants no more */
};

void vmclock_acpi_search_start(struct vmclock_acpi_search *search, vmclock_region_visit *visit,
                               void *context, const struct vmclock_memory *memory);

/* Hands search->region (error 0) or a refusal to the visitor. offset: in the table. */
void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset);

/* What the whole search returns. */
int vmclock_acpi_search_result(const struct vmclock_acpi_search *search);

/* Looks for devices in a table's AML, from behind its header up to length. */
void vmclock_acpi_scan_aml(struct vmclock_acpi_search *search, const uint8_t *table,
                           uint32_t length);

/*
 * Whether something outside the block of a device, from start up to end, reaches for its _STA or
 * _CRS: by a path (VCLK._STA), or in a block that is put into the device (Scope (VCLK), Method
 * (VCLK._INI)). A search of all bytes, so it may see what is not there.
 */
int vmclock_acpi_reached_from_outside(const uint8_t *table, uint32_t length, uint32_t start,
                                      uint32_t end);

/*
 * Reads a resource template up to its end tag into region, all of whose fields but origin_ must be
 * clear. Returns 0 or VMCLOCK_ERR_RESOURCE; region is then in any state.
 */
int vmclock_acpi_read_crs(struct vmclock_cursor *cursor, struct vmclock_region *region);

#endif
