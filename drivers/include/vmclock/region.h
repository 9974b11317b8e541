/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * region.h - where a vmclock page lies, and how drivers reach physical memory to find out.
 */
#ifndef VMCLOCK_REGION_H
#define VMCLOCK_REGION_H

#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Read access to physical memory, given by the caller.
 *
 * map: makes length bytes from phys on readable and returns where, or null if it cannot. length is
 *     not 0, and phys + length does not wrap. The bytes need not be aligned. The drivers hold at
 *     most one mapping at a time, so a single window suffices, if it is as large as the largest
 *     table (VMCLOCK_ACPI_MAX_TABLE); and they never write.
 * unmap: gives back what map returned, with the same length. May be null: nothing is given back.
 * context: handed to both.
 *
 * Where memory is identity mapped (most bare-metal images) from page 1 up to an end that the platform
 * knows; addresses come from tables, so all others are refused, page 0 too:
 *
 *     static const void *map(void *context, uint64_t phys, size_t length)
 *     {
 *         uint64_t end = *(const uint64_t *)context;
 *         return phys >= 0x1000 && phys < end && length <= end - phys
 *                    ? (const void *)(uintptr_t)phys : NULL;
 *     }
 *     struct vmclock_memory memory = {map, NULL, &end};
 */
struct vmclock_memory {
    const void *(*map)(void *context, uint64_t phys, size_t length);
    void (*unmap)(void *context, const void *mapped, size_t length);
    void *context;
};

/* X(code, NAME, "name") */
/* clang-format off */
#define VMCLOCK_REGION_SOURCES(X) \
    X(1, ACPI, "acpi") \
    X(2, FDT, "fdt")
/* clang-format on */
enum vmclock_source {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_SOURCE_##NAME = (code),
    VMCLOCK_REGION_SOURCES(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/* The short name of a region's source, never null; "" for a number that is not in the list. */
const char *vmclock_region_source_name(uint8_t source);

#define VMCLOCK_REGION_INTERRUPT_CELLS 4u

/* A physical range that the firmware says holds a vmclock page. A plain value. */
struct vmclock_region {
    uint64_t phys;
    uint64_t length; /* bytes; not 0, and phys + length does not wrap */
    /* Where it was found. ACPI: the table that holds the device. */
    uint64_t origin_phys;      /* of the table; 0 if it was not read from physical memory */
    uint32_t origin_offset;    /* of the device in the table, bytes */
    uint32_t origin_signature; /* of the table, its first byte lowest: "SSDT" is 0x54445353 */
    /* The notification's interrupt as the firmware gives it. ACPI: the global system interrupt,
     * then the flags byte of the Extended Interrupt descriptor (bit 1 edge, 2 active low, 3
     * shared, 4 wakes). Device tree: the cells of the interrupts property. */
    uint32_t interrupt[VMCLOCK_REGION_INTERRUPT_CELLS];
    uint8_t interrupt_cells; /* that are set; 0: no interrupt is described */
    uint8_t source;          /* enum vmclock_source */
};

/*
 * What a search met, in the order of the tables. It must not use the memory callbacks of the search.
 *
 * error: 0: region is a vmclock device's, complete. Else why a table or a device was refused, and
 * only the origin_ fields of region are set. region: valid during the call.
 * Returns 0 to go on, anything else to end the search.
 */
typedef int vmclock_region_visit(void *context, int error, const struct vmclock_region *region);

#ifdef __cplusplus
}
#endif
#endif
