/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fdt.h - from a flattened device tree to the regions of the vmclock devices.
 *
 * Rests on the consumer's own libfdt (fdt_* of libfdt.h), in a library of its own: vmclock::fdt. A
 * vmclock device is a node whose compatible list contains "amazon,vmclock" and whose status is
 * absent, "okay" or "ok". Its region is the first range of reg, with the cells of its parent, and
 * translated by the ranges of each bus above it up to the root. A page has exactly one range: more
 * is refused, as is what the tree does not say plainly.
 *
 * Trees are untrusted: nothing outside the given bytes is read, and time is bounded by their number
 * (times the depth of a device, at most VMCLOCK_FDT_MAX_DEPTH). No recursion.
 *
 * Devicetree Specification 0.4, 2.3 (standard properties), 2.4 (interrupts), 5 (the format).
 */
#ifndef VMCLOCK_FDT_H
#define VMCLOCK_FDT_H

#include <stddef.h>
#include <stdint.h>
#include <vmclock/region.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMCLOCK_FDT_MAX_DEPTH 16u /* of a device below the root; a deeper one is refused */

/*
 * The first vmclock device.
 *
 * fdt: the tree, 8-byte aligned, of which length bytes are readable (more than the tree is fine).
 * region: not null; origin_offset comes out as the node's offset in the structure block,
 * interrupt as the cells of the interrupts property (the first four).
 *
 * Returns 0, or with *region untouched
 *     VMCLOCK_ERR_ARGUMENT   fdt or region is null
 *     VMCLOCK_ERR_FDT        not a device tree, cut off, of a version that libfdt does not read, or
 *                            malformed
 *     VMCLOCK_ERR_NO_DEVICE  the tree is well and has no enabled vmclock device
 *     VMCLOCK_ERR_RESOURCE   the first refused device: no reg, not exactly one range, cells that
 *                            cannot be, a bus that does not translate it, a range that is empty or
 *                            does not end below 2^64
 */
int vmclock_fdt_find(const void *fdt, size_t length, struct vmclock_region *region);

/*
 * All vmclock devices, as vmclock_acpi_find_all: regions has room for capacity elements, *found is
 * how many there are, perhaps more.
 */
int vmclock_fdt_find_all(const void *fdt, size_t length, struct vmclock_region *regions,
                         uint32_t capacity, uint32_t *found);

/*
 * The same for callers who want to know everything: calls visit for each device and each refusal.
 * Returns 0 if a device was found, or as vmclock_fdt_find.
 */
int vmclock_fdt_enumerate(const void *fdt, size_t length, vmclock_region_visit *visit,
                          void *context);

#ifdef __cplusplus
}
#endif
#endif
