/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapping.h - pieces of physical memory, and the root pointer.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_MAPPING_H
#define VMCLOCK_DRIVERS_ACPI_MAPPING_H

#include <vmclock/region.h>

/* The root tables that a root pointer names; 0: none. */
struct vmclock_acpi_roots {
    uint64_t rsdt_phys;
    uint64_t xsdt_phys;
};

/* Null if it cannot be mapped. length > 0. What is mapped is to be unmapped before the next. */
const uint8_t *vmclock_acpi_map(const struct vmclock_memory *memory, uint64_t phys,
                                uint32_t length);
void vmclock_acpi_unmap(const struct vmclock_memory *memory, const uint8_t *bytes, uint32_t length);

/* A little-endian number of 2, 4 or 8 bytes at an offset; 0 if it does not lie in the bytes. */
uint64_t vmclock_acpi_number_at(const uint8_t *bytes, uint32_t length, uint32_t offset,
                                uint32_t width);

/* Reads such a number from physical memory. Returns 0 or VMCLOCK_ERR_MAP. */
int vmclock_acpi_read_number(const struct vmclock_memory *memory, uint64_t phys, uint32_t width,
                             uint64_t *number);

/* Whether the bytes add up to 0 modulo 256, as those of every good table do. */
int vmclock_acpi_sums_to_zero(const uint8_t *bytes, uint32_t length);

/* Checks the root pointer. Returns 0, VMCLOCK_ERR_MAP or VMCLOCK_ERR_RSDP. */
int vmclock_acpi_read_rsdp(const struct vmclock_memory *memory, uint64_t phys,
                           struct vmclock_acpi_roots *roots);

#endif
