/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the EFI system table to the ACPI root pointer and the device tree. UEFI 2.10, 4.3 and 4.6.
 */
#include <vmclock/acpi.h>
#include <vmclock/efi.h>
#include <vmclock/error.h>
#include "drivers/efi/memory.h"

#define EFI_MAX_ENTRIES 1024u

#if UINTPTR_MAX == UINT64_MAX
_Static_assert(offsetof(struct efi_system_table, entries) == 104, "EFI system table");
_Static_assert(sizeof(struct efi_entry) == 24, "EFI configuration table");
#else
_Static_assert(offsetof(struct efi_system_table, entries) == 64, "EFI system table");
_Static_assert(sizeof(struct efi_entry) == 20, "EFI configuration table");
#endif

static int guid_is(const struct efi_entry *entry, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return entry->guid[0] == a && entry->guid[1] == b && entry->guid[2] == c && entry->guid[3] == d;
}

enum kind { KIND_OTHER, KIND_ACPI_1, KIND_ACPI_2, KIND_DTB };

static enum kind kind_of(const struct efi_entry *entry)
{
    if (guid_is(entry, 0x8868e871, 0x11d3e4f1, 0x800022bc, 0x81883cc7))
        return KIND_ACPI_2;
    if (guid_is(entry, 0xeb9d2d30, 0x11d32d88, 0x9000169a, 0x4dc13f27))
        return KIND_ACPI_1;
    return guid_is(entry, 0xb1b621d5, 0x41a5f19c, 0x15d90b83, 0xe0aa692c) ? KIND_DTB : KIND_OTHER;
}

static int check_system_table(const struct efi_system_table *system)
{
    if (system == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    if (system->signature != EFI_SIGNATURE || system->header_size < sizeof(*system) ||
        system->entries > EFI_MAX_ENTRIES || (system->table == NULL && system->entries != 0))
        return VMCLOCK_ERR_EFI;
    return 0;
}

/* The first table of a kind; null: there is none. */
static const void *find_table(const struct efi_system_table *system, enum kind kind)
{
    uintptr_t i;

    for (i = 0; i < system->entries; i++) {
        if (kind_of(&system->table[i]) == kind && system->table[i].address != NULL)
            return system->table[i].address;
    }
    return NULL;
}

static int find_rsdp(const struct efi_system_table *system, enum kind kind, uint64_t *rsdp_phys)
{
    const void *table = find_table(system, kind);

    if (table == NULL)
        return VMCLOCK_ERR_NO_DEVICE;
    *rsdp_phys = (uintptr_t)table;
    return 0;
}

int vmclock_efi_find_rsdp(const void *system_table, uint64_t *rsdp_phys)
{
    int error = check_system_table(system_table);

    if (error == 0 && rsdp_phys == NULL)
        error = VMCLOCK_ERR_ARGUMENT;
    if (error == 0) {
        error = find_rsdp(system_table, KIND_ACPI_2, rsdp_phys);
        if (error != 0)
            error = find_rsdp(system_table, KIND_ACPI_1, rsdp_phys);
    }
    return error;
}

int vmclock_efi_find_dtb(const void *system_table, const void **dtb)
{
    const void *table;
    int error = check_system_table(system_table);

    if (error != 0 || dtb == NULL)
        return error != 0 ? error : VMCLOCK_ERR_ARGUMENT;
    table = find_table(system_table, KIND_DTB);
    if (table == NULL)
        return VMCLOCK_ERR_NO_DEVICE;
    *dtb = table;
    return 0;
}

/* By either root pointer. */
static int find_by_acpi(const void *system_table, const struct vmclock_memory *memory,
                        struct vmclock_region *region)
{
    uint64_t rsdp_phys;
    int error = find_rsdp(system_table, KIND_ACPI_2, &rsdp_phys);
    int older;

    if (error == 0)
        error = vmclock_acpi_find(memory, rsdp_phys, region);
    if (error != VMCLOCK_ERR_NO_DEVICE && error != VMCLOCK_ERR_RSDP && error != VMCLOCK_ERR_TABLE &&
        error != VMCLOCK_ERR_MAP)
        return error;
    if (find_rsdp(system_table, KIND_ACPI_1, &rsdp_phys) != 0)
        return error;
    older = vmclock_acpi_find(memory, rsdp_phys, region);
    return older == 0 || error == VMCLOCK_ERR_NO_DEVICE ? older : error;
}

int vmclock_efi_find(const void *system_table, const struct vmclock_memory *memory,
                     struct vmclock_region *region)
{
    struct vmclock_efi_map map;
    struct vmclock_memory identity;
    int error = check_system_table(system_table);

    if (error != 0 || region == NULL)
        return error != 0 ? error : VMCLOCK_ERR_ARGUMENT;
    if (memory != NULL)
        return find_by_acpi(system_table, memory, region);
    error = vmclock_efi_map_open(&map, system_table);
    if (error != 0)
        return error;
    identity.map = vmclock_efi_map_identity;
    identity.unmap = NULL;
    identity.context = &map;
    error = find_by_acpi(system_table, &identity, region);
    vmclock_efi_map_close(&map);
    return error;
}
