/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * internal.h - what the parts of the device tree search share.
 */
#ifndef VMCLOCK_DRIVERS_FDT_INTERNAL_H
#define VMCLOCK_DRIVERS_FDT_INTERNAL_H

#include <vmclock/fdt.h>

/* The properties that matter here; properties.c has their names. */
enum property {
    PROPERTY_ADDRESS_CELLS,
    PROPERTY_SIZE_CELLS,
    PROPERTY_COMPATIBLE,
    PROPERTY_INTERRUPTS,
    PROPERTY_RANGES,
    PROPERTY_REG,
    PROPERTY_STATUS,
    PROPERTY_COUNT
};

/* A property's value, inside the tree. data: null if the node has no such property. */
struct fdt_value {
    const uint8_t *data;
    uint32_t length; /* bytes; not set if data is null */
};

/* What a node says to its children. */
struct fdt_bus {
    struct fdt_value ranges;
    uint8_t address_cells; /* 1 or 2; 0: none that can be used */
    uint8_t size_cells;    /* the same */
};

/* A search under way. */
struct fdt_search {
    vmclock_region_visit *visit;
    void *context;
    const void *fdt;
    const char *strings; /* the strings block */
    uint32_t strings_length;
    uint32_t struct_length;
    uint32_t nodes_open;   /* nodes that have begun and not ended */
    uint32_t disabled;     /* nodes_open at the outermost disabled node; 0: there is none */
    uint32_t entries_left; /* entries of ranges that may still be looked at */
    int error;             /* the most telling one yet */
    uint8_t roots;         /* that have begun: 0 or 1 */
    uint8_t heading;       /* the properties of the innermost node are being read */
    uint8_t found;         /* a device was */
    uint8_t stopped;       /* visit wants no more */
    /* the innermost node while heading: */
    uint32_t node_offset;
    struct fdt_value values[PROPERTY_COUNT];
    struct fdt_bus bus[VMCLOCK_FDT_MAX_DEPTH]; /* of the open nodes, from the root on */
    struct vmclock_region region;
};

/* Which property it is that is called by the string at an offset of the strings block; or
 * PROPERTY_COUNT: another one, or none. Linear in our own names, however long that string is. */
enum property vmclock_fdt_property(const struct fdt_search *search, uint32_t name_offset);

/* Whether a list of strings has the string. Only what a NUL ends is a string. */
int vmclock_fdt_list_has(const struct fdt_value *list, const char *string);

/* Whether a status property lets the node be used: absent, "okay" or "ok". */
int vmclock_fdt_status_okay(const struct fdt_value *status);

/* The bus that a node with these properties is for its children. */
void vmclock_fdt_read_bus(const struct fdt_value *values, struct fdt_bus *bus);

/*
 * The range of a device's reg as the root's children see it, into region's phys and length.
 * depth: of the device; at least 1. Returns 0 or VMCLOCK_ERR_RESOURCE, region then in any state.
 */
int vmclock_fdt_read_reg(struct fdt_search *search, uint32_t depth, struct vmclock_region *region);

/* The first cells of the interrupts property into region. */
void vmclock_fdt_read_interrupts(const struct fdt_value *interrupts, struct vmclock_region *region);

#endif
