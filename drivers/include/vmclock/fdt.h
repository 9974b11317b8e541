/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fdt.h - from a flattened device tree to the regions of the vmclock devices.
 *
 * Rests on the consumer's own libfdt, in a library of its own: vmclock::fdt, then that libfdt. Of it
 * are needed fdt_check_header, fdt_next_tag and fdt_offset_ptr, with their checks on (as they are but
 * for FDT_ASSUME_MASK).
 *
 * A vmclock device is a node whose compatible list contains "amazon,vmclock". A status other than
 * absent, "okay" or "ok" hides the node and all below it. The region is the one range of reg, with
 * the cells of its parent (1 or 2; absent: 2 and 1), and translated by the ranges of each bus above it
 * up to the root: empty ranges change nothing, absent ranges let nothing through, else the first
 * entry that has the range's first byte must have all of it. More than one range is refused, as is
 * what the tree does not say plainly. interrupts-extended is not looked at.
 *
 * Trees are untrusted: nothing outside the given bytes is read, and time is linear in their number.
 * No recursion.
 *
 * Devicetree Specification 0.4, 2.3 (standard properties), 2.4 (interrupts), 5 (the format).
 */
#ifndef VMCLOCK_FDT_H
#define VMCLOCK_FDT_H

#include <vmclock/region.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMCLOCK_FDT_MAX_DEPTH 16u /* of a device below the root; a deeper one is refused */

/*
 * The first vmclock device.
 *
 * fdt: the tree, 8-byte aligned, of which length bytes are readable (more than the tree is fine).
 * region: not null; origin_offset comes out as the node's offset in the structure block,
 * interrupt as the cells of the interrupts property (the first four), source as VMCLOCK_SOURCE_FDT.
 *
 * Returns 0, or with *region untouched
 *     VMCLOCK_ERR_ARGUMENT   fdt or region is null, or fdt is misaligned
 *     VMCLOCK_ERR_FDT        not a device tree, cut off, of a version before 16 or after those that
 *                            libfdt reads, or malformed
 *     VMCLOCK_ERR_NO_DEVICE  the tree is well and has no enabled vmclock device
 *     VMCLOCK_ERR_RESOURCE   the first refused device: too deep, no reg, not exactly one range,
 *                            cells that cannot be, a bus that does not translate it, a range that
 *                            is empty, beyond its bus's cells, or does not end below 2^64; or more
 *                            entries of ranges were met than the tree has bytes
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
