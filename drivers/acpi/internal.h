/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * internal.h - what the parts of the ACPI search share.
 *
 * Each rests on those before it: cursor, token, object, ids (one table's bytes); path, marks (names);
 * report; resource; aml (devices), reach (what else concerns them); pass; tables (where they are);
 * search.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_INTERNAL_H
#define VMCLOCK_DRIVERS_ACPI_INTERNAL_H

#include <vmclock/acpi.h>
#include "drivers/acpi/cursor.h"
#include "drivers/acpi/path.h"

#define ACPI_HEADER_SIZE 36u
#define AML_DSDT AML_SEGMENT('D', 'S', 'D', 'T')

/* How telling an error is: what is closer to a vmclock device wins, among equals the first. */
enum weight { WEIGHT_NONE = 0, WEIGHT_TABLE = 1, WEIGHT_DEVICE = 2 };

/*
 * All tables are gone through for each: what vmclock devices there are, what concerns them from
 * anywhere, and what is to be said of them.
 */
enum pass { PASS_DEVICES = 0, PASS_REACH = 1, PASS_REPORT = 2 };

/* What is asked for. */
enum {
    SEARCH_ALL = 0,
    SEARCH_DEVICES = 1,   /* tables without our strings are left out at the end */
    SEARCH_NO_DEVICES = 2 /* the second try: what is wrong with all tables, as none has a device */
};

/* A search under way. */
struct vmclock_acpi_search {
    vmclock_region_visit *visit;
    void *context;
    const struct vmclock_memory *memory; /* null: there is one table, others are not known */
    struct vmclock_region region;        /* origin_phys and origin_signature: the table looked at */
    uint64_t fadt_phys;                  /* the first FADT; 0: none yet */
    uint32_t total_left;  /* bytes of tables that may still be looked at in this pass */
    uint32_t special;     /* bit n: in a 32nd of all tables one has our strings or is bad */
    int error;            /* the most telling one yet */
    uint64_t tried_phys;  /* the table looked at when that of the first try was met */
    uint8_t pass;         /* enum pass */
    uint8_t weight;       /* enum weight, of that error */
    uint8_t found;        /* a device was */
    uint8_t stopped;      /* visit wants no more */
    uint8_t named;        /* something else than _HID and _CID has one of our strings */
    uint8_t devices_only; /* SEARCH_* */
    uint8_t unsteady;     /* memory could not be mapped in the last pass */
    uint8_t distrust;     /* what leads to the table looked at is damaged */
    uint16_t lost;        /* times that memory could not be mapped before the last pass */
    struct vmclock_acpi_nodes nodes;
};

void vmclock_acpi_search_start(struct vmclock_acpi_search *search, vmclock_region_visit *visit,
                               void *context, const struct vmclock_memory *memory);

/*
 * Hands search->region (error 0) or a refusal to the visitor, in the last pass; before it nothing.
 * offset: in the table.
 */
void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset);

/* Tells definitions of one name apart: by the table looked at and an offset in it. */
static inline uint32_t vmclock_acpi_origin(const struct vmclock_acpi_search *search,
                                           uint32_t offset)
{
    uint64_t at = search->region.origin_phys + offset;

    return (uint32_t)at + (uint32_t)(at >> 32) * UINT32_C(0x9e3779b1);
}

/* Whether one of our strings, as a constant, is anywhere in a table. */
int vmclock_acpi_has_ids(const uint8_t *table, uint32_t length);

/*
 * Looks for devices in a table's AML, from behind its header up to length: in the first pass notes
 * them as nodes, in the last reports them.
 */
void vmclock_acpi_scan_aml(struct vmclock_acpi_search *search, const uint8_t *table,
                           uint32_t length);

/*
 * Notes in the nodes what a table does to them. damaged: its checksum is wrong; what it defines is
 * not relied upon. Tables are given in the order in which they are loaded.
 */
void vmclock_acpi_reach(struct vmclock_acpi_search *search, const uint8_t *table, uint32_t length,
                        int damaged);

/*
 * Reads a resource template up to its end tag into region, all of whose fields but origin_ must be
 * clear. Returns 0 or VMCLOCK_ERR_RESOURCE; region is then in any state.
 */
int vmclock_acpi_read_crs(struct vmclock_cursor *cursor, struct vmclock_region *region);

/* One table in the present pass. bit: its own in search->special. damaged: as above. */
void vmclock_acpi_one_table(struct vmclock_acpi_search *search, uint32_t bit, const uint8_t *table,
                            uint32_t length, int damaged);

/* All tables in the present pass. */
struct vmclock_acpi_roots;
void vmclock_acpi_each_table(struct vmclock_acpi_search *search,
                             const struct vmclock_acpi_roots *roots);

#endif
