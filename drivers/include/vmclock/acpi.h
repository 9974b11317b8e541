/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acpi.h - from the ACPI root pointer to the regions of the vmclock devices. No AML is executed.
 *
 * Looked at are the DSDT, then every SSDT, PSDT and OSDT, in the order in which interpreters load them. A
 * vmclock device is a Device whose _HID or _CID is, or whose _CID package contains, the string
 * "AMZNC10C" or "VMCLOCK", and whose _STA is absent or has bit 0 set. Its _CRS describes exactly one
 * memory range: Memory32, Memory32Fixed, or a DWord, QWord or Extended address space of the memory
 * type.
 *
 * These objects are read where they are constants: a Name, or a Method that only returns one
 * (directly, through one local Name, or through a Name of the device, in its last 64 KiB, that does
 * not begin with "_" and that nothing else in any table names). A template that a method fills in
 * is not computed, not even from constants.
 *
 * What only execution can tell is not guessed: conditional blocks and computed values are skipped,
 * and a vmclock device that depends on them is reported as VMCLOCK_ERR_UNSUPPORTED. So is one whose
 * objects any table may change or add to: by a path, by a name that is looked for upwards, through a
 * Scope, a Field, a string or a buffer with a path in any spelling, as an argument. Reading _STA in an
 * expression is none of that, nor is Notify. So is a device, or one in something, that has a second
 * name by Alias, whose name is taken by a field or a variable, or that stands behind a Return outside
 * of methods; one without _CRS into which something else is put; and, where one of the two strings
 * stands in another object, in a buffer, a package or a method, every device whose _HID or _CID refers
 * to an object, is computed, or is named by code.
 *
 * No device is what lies in something that no table defines before it, or in a Device whose
 * constant _STA has neither bit 0 nor bit 3 set; in anything else with such a _STA, or in a device
 * whose _STA is a constant but no integer, or a field, it is refused. A second definition of a device is
 * refused, as an interpreter leaves it out; and the first, if that is not known to be the one whose
 * objects are watched. Of a device around it whose _STA is computed it is taken that it is present.
 * Ids are compared as they are written: "amznc10c" and "*AMZNC10C" are others.
 *
 * The interrupt is what _CRS describes. QEMU's and Firecracker's devices describe none: what there
 * is of notification comes by Notify from the method of a GED, which takes an interpreter. Without
 * one, a guest learns of changes from the page itself, at each reading.
 *
 * Not seen is what needs an address or a table that is not there yet: what Load and LoadTable bring
 * while the system runs, code that writes to the memory of the tables themselves; ids and names that
 * are put together from pieces of text, or text that is part of other text; a _STA that is put into
 * \_SB from within another block of a table that does not name the device; an id that another device takes
 * from an object of a vmclock device that is not present.
 *
 * Code outside of methods, and what it calls, is taken to succeed and to have all its operands: where it fails,
 * ACPICA may lose the table, or its place in it. What stands in a second definition of another device counts,
 * though an interpreter leaves it out. A device behind malformed AML of its table is refused. An External
 * outside of methods that is executed, as no compiler's is, refuses all devices; it is not looked for in the
 * blocks of a table that does not name ours. Of several FADTs, or of a DSDT by the 64-bit pointer that is
 * damaged and one by the old pointer, all DSDTs count.
 *
 * Tables are untrusted. No byte outside a table is read; time is linear in the tables' length, at
 * most some 300 instructions a byte, in tables that are made for that; there is no recursion.
 * Limits: VMCLOCK_ACPI_MAX_*. Each table is mapped as a whole, one at a time, and up to four times: it must
 * stay as it is during the search. A table whose checksum is wrong gives no device, but what it does to
 * others counts, since interpreters load it all the same. Tables that cannot be mapped, or exceed a limit,
 * are passed over.
 *
 * All functions are reentrant and take about 1.75 KiB of stack, besides the caller's callbacks.
 * ACPI 6.5, 5.2 (tables), 6.1 and 6.2.2 (device objects), 6.4 (resources), 20 (AML).
 */
#ifndef VMCLOCK_ACPI_H
#define VMCLOCK_ACPI_H

#include <vmclock/region.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMCLOCK_ACPI_HID "AMZNC10C" /* _HID of a vmclock device, or _CID */
#define VMCLOCK_ACPI_CID "VMCLOCK"  /* the same */

#define VMCLOCK_ACPI_MAX_TABLE 0x1000000u /* bytes of one table; a longer one is damaged */
#define VMCLOCK_ACPI_MAX_TOTAL 0x4000000u /* bytes of all tables; the rest is refused */
#define VMCLOCK_ACPI_MAX_ENTRIES 1024u    /* of a root table; one with more is not used */
#define VMCLOCK_ACPI_MAX_DEVICES 16u /* of ours, in four scopes or devices; more may be refused */
#define VMCLOCK_ACPI_MAX_NAMES 20u   /* of ours, and all that they lie in */
#define VMCLOCK_ACPI_MAX_DEPTH 16u   /* of nested Scopes and Devices; deeper ones are skipped */

/*
 * The errors that a vmclock_region_visit gets here; it is called while a table is mapped:
 *     VMCLOCK_ERR_MAP, VMCLOCK_ERR_TABLE     a table that could not be read or is damaged
 *     VMCLOCK_ERR_AML                        malformed AML, in a vmclock device or not
 *     VMCLOCK_ERR_UNSUPPORTED, VMCLOCK_ERR_RESOURCE   a vmclock device
 */

/*
 * The first vmclock device.
 *
 * memory: not null, nor its map. rsdp_phys: physical address of the ACPI root pointer, as EFI, a
 * boot protocol or vmclock_acpi_find_rsdp gives it; any alignment. region: not null.
 *
 * The XSDT is used if it is there and valid, else the RSDT. Damaged tables are passed over as long
 * as a good device is found. Returns 0, or with *region untouched
 *     VMCLOCK_ERR_ARGUMENT     memory, memory->map or region is null
 *     VMCLOCK_ERR_RSDP         the root pointer has a bad signature, checksum or length, or gives
 *                              no root table
 *     VMCLOCK_ERR_NO_DEVICE    all tables are well, none has a present vmclock device
 * or, when there is none, the error of the first refused vmclock device
 *     VMCLOCK_ERR_AML          its AML is malformed
 *     VMCLOCK_ERR_UNSUPPORTED  it cannot be known without executing AML
 *     VMCLOCK_ERR_RESOURCE     _CRS is absent, malformed or not exactly one usable memory range
 * or, when there was no such device either, that of the first refused table
 *     VMCLOCK_ERR_MAP          memory->map failed
 *     VMCLOCK_ERR_TABLE        a bad signature, length or checksum, or a root table with too many
 *                              entries
 *     VMCLOCK_ERR_AML          malformed AML
 */
int vmclock_acpi_find(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                      struct vmclock_region *region);

/*
 * All vmclock devices. A range that was met before is not counted again.
 *
 * regions: room for capacity elements; may be null if capacity is 0. The first capacity devices
 * are stored. found: how many there are, perhaps more than capacity; not null. With a device
 * beyond capacity, equal ranges can no longer be told and are all counted.
 *
 * Returns 0 with at least one device found, or as vmclock_acpi_find with *found untouched.
 */
int vmclock_acpi_find_all(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                          struct vmclock_region *regions, uint32_t capacity, uint32_t *found);

/*
 * The same for callers who want to know everything: calls visit for each device and each refusal.
 *
 * visit: not null; context is handed to it. A table that is listed twice is visited twice.
 *
 * Returns 0 if a device was found, or as vmclock_acpi_find.
 */
int vmclock_acpi_enumerate(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                           vmclock_region_visit *visit, void *context);

/*
 * The same for one DSDT, SSDT or PSDT that is already in memory, such as a table in a file. What other
 * tables define or do is not known: what the table refers to is taken to exist.
 *
 * table: length bytes, from the table's header on; any alignment. More than the table is fine.
 *
 * Returns as vmclock_acpi_enumerate; VMCLOCK_ERR_TABLE also for another signature or fewer bytes
 * than the header says. Never VMCLOCK_ERR_MAP or VMCLOCK_ERR_RSDP.
 */
int vmclock_acpi_scan_table(const void *table, size_t length, vmclock_region_visit *visit,
                            void *context);

/*
 * A device's region from its evaluated _CRS, for callers who own an AML interpreter: the way to a
 * device that is VMCLOCK_ERR_UNSUPPORTED here. With ACPICA, after AcpiEnableSubsystem and
 * AcpiInitializeObjects, for each id (AcpiGetDevices compares _HID and _CID, and leaves out what _STA
 * says is absent; another interpreter may have to be asked for _STA, whose bit 0 counts):
 *
 *     static ACPI_STATUS visit(ACPI_HANDLE device, UINT32 level, void *region, void **unused)
 *     {
 *         ACPI_BUFFER crs = {ACPI_ALLOCATE_BUFFER, NULL};
 *         ACPI_STATUS status = AcpiEvaluateObjectTyped(device, "_CRS", NULL, &crs,
 *                                                      ACPI_TYPE_BUFFER);
 *         if (ACPI_FAILURE(status))
 *             return AE_OK;
 *         const ACPI_OBJECT *buffer = crs.Pointer;
 *         int error = vmclock_acpi_parse_crs(buffer->Buffer.Pointer, buffer->Buffer.Length, region);
 *         AcpiOsFree(crs.Pointer);
 *         return error == 0 ? AE_CTRL_TERMINATE : AE_OK;
 *     }
 *
 *     region.length = 0;
 *     AcpiGetDevices(VMCLOCK_ACPI_HID, visit, &region, NULL);
 *     if (region.length == 0)
 *         AcpiGetDevices(VMCLOCK_ACPI_CID, visit, &region, NULL);
 *
 * The raw buffer is asked for, not AcpiGetCurrentResources, whose structures are ACPICA's own.
 *
 * crs: the buffer's length bytes; any alignment; may be null if length is 0. region: not null.
 * The origin_ fields come out as 0.
 *
 * Address ranges are taken with any granularity; the minimum, maximum and length must agree; the
 * translation of a producer is added, a consumer's must be 0. Returns 0, or with *region untouched
 *     VMCLOCK_ERR_ARGUMENT  crs or region is null
 *     VMCLOCK_ERR_RESOURCE  a descriptor or the end tag is cut off, the end tag's checksum is
 *                           neither 0 nor right, there is not exactly one memory range, or the
 *                           range is empty, inconsistent, or does not end below 2^64
 */
int vmclock_acpi_parse_crs(const void *crs, size_t length, struct vmclock_region *region);

/*
 * Searches the PC BIOS areas (the first KiB of the EBDA, then 0xe0000 to 0xfffff) for the root
 * pointer. Only for PCs started without EFI, whose boot protocol does not give it.
 *
 * memory: as above. Asked for are two bytes at 0x40e, in page 0, where the EBDA's address is; that
 * KiB; and the 128 KiB from 0xe0000 on. Where page 0 is not mapped, the callback must refuse what
 * lies in it, and the EBDA is left out:
 *
 *     return phys >= 0x1000 && phys <= UINTPTR_MAX - length ? (const void *)(uintptr_t)phys : NULL;
 *
 * rsdp_phys: not null.
 *
 * Returns 0, or with *rsdp_phys untouched VMCLOCK_ERR_ARGUMENT, VMCLOCK_ERR_MAP (the area from
 * 0xe0000 on could not be mapped) or VMCLOCK_ERR_RSDP (there is none with a right checksum).
 * ACPI 6.5, 5.2.5.1.
 */
int vmclock_acpi_find_rsdp(const struct vmclock_memory *memory, uint64_t *rsdp_phys);

/* What the FADT says of the CMOS clock of a PC (vmclock/cmos.h). */
struct vmclock_acpi_cmos {
    uint8_t century; /* index of the century's register; 0: not named */
    uint8_t absent;  /* 1: the machine says that it has no CMOS clock */
};

/*
 * Looks for the FADT, by the XSDT if it is there and valid, else by the RSDT.
 *
 * memory, rsdp_phys: as above. cmos: not null.
 *
 * Returns 0, or with *cmos untouched VMCLOCK_ERR_ARGUMENT, VMCLOCK_ERR_MAP or VMCLOCK_ERR_RSDP for the
 * root pointer, VMCLOCK_ERR_TABLE when no root table is valid, or VMCLOCK_ERR_NO_DEVICE when none lists
 * a FADT with a right checksum. ACPI 6.5, 5.2.9 and 5.2.9.3.
 */
int vmclock_acpi_find_cmos(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                           struct vmclock_acpi_cmos *cmos);

#ifdef __cplusplus
}
#endif
#endif
