/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * efi.h - from the EFI system table to the region of the vmclock device.
 *
 * Needs no EFI headers. To be called while boot services are active, or later with a memory interface
 * that knows where things then are. UEFI 2.10, 4.3, 4.6 and 7.2.
 */
#ifndef VMCLOCK_EFI_H
#define VMCLOCK_EFI_H

#include <vmclock/region.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The region of the first vmclock device, by way of the ACPI tables: from the root pointer of ACPI
 * 2.0, then, if that is damaged or leads to no device, from that of ACPI 1.0 where it leads to other
 * tables.
 *
 * system_table: the EFI_SYSTEM_TABLE *; its configuration table must be readable where it says.
 * memory: how to reach the ACPI tables, as a whole: up to VMCLOCK_ACPI_MAX_TABLE bytes at a time;
 *     null: at their physical addresses, as boot services have all memory identity mapped, but only
 *     where the firmware's memory map says that there is memory. Trusted then are the firmware's
 *     GetMemoryMap, AllocatePool and FreePool, which are called (so not after ExitBootServices, nor
 *     above TPL_NOTIFY), and what it says; no pointer or length in the tables is.
 * region: not null.
 *
 * Returns 0, or with *region untouched
 *     VMCLOCK_ERR_ARGUMENT   system_table, region or memory->map is null
 *     VMCLOCK_ERR_EFI        the system table has a bad signature or size, more than 1024
 *                            configuration tables, or none where it should; with memory null: boot
 *                            services have ended, or give no memory map
 *     VMCLOCK_ERR_NO_DEVICE  also when the configuration table has no ACPI root pointer
 * or any other error of vmclock_acpi_find. Bounded as that; reentrant.
 */
int vmclock_efi_find(const void *system_table, const struct vmclock_memory *memory,
                     struct vmclock_region *region);

/*
 * The ACPI root pointer: that of ACPI 2.0 and later, else that of ACPI 1.0. For use with acpi.h.
 *
 * system_table: as above. rsdp_phys: not null.
 *
 * Returns 0, or with *rsdp_phys untouched VMCLOCK_ERR_ARGUMENT, VMCLOCK_ERR_EFI, or
 * VMCLOCK_ERR_NO_DEVICE when there is none. Linear in the configuration table; reentrant.
 */
int vmclock_efi_find_rsdp(const void *system_table, uint64_t *rsdp_phys);

/*
 * The device tree. For use with fdt.h, as long as its own header says it is: the firmware vouches
 * that so much is readable, as for all that the configuration table points to.
 *
 *     vmclock_fdt_find(dtb, fdt_totalsize(dtb), &region)
 *
 * system_table: as above. dtb: not null; the tree in the firmware's memory, not looked into.
 *
 * Returns as vmclock_efi_find_rsdp. EBBR 2.1, 2.2 (the configuration table).
 */
int vmclock_efi_find_dtb(const void *system_table, const void **dtb);

#ifdef __cplusplus
}
#endif
#endif
