/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the EFI system table to the ACPI root pointer and the device tree. UEFI 2.10, 4.3 and 4.6.
 */
#include <vmclock/acpi.h>
#include <vmclock/efi.h>
#include <vmclock/error.h>
#include "drivers/acpi/mapping.h"
#include "drivers/efi/memory.h"

#define EFI_MAX_ENTRIES 1024u
#define EFI_TABLE_HEADER 36u /* bytes of an ACPI table's header */
#define EFI_TABLE_LENGTH 4u  /* where in it the table's length is */

#if __SIZEOF_POINTER__ == 8
VMCLOCK_STATIC_ASSERT(VMCLOCK_OFFSETOF(struct efi_system_table, entries) == 104,
                      "EFI system table");
VMCLOCK_STATIC_ASSERT(sizeof(struct efi_entry) == 24, "EFI configuration table");
#else
VMCLOCK_STATIC_ASSERT(VMCLOCK_OFFSETOF(struct efi_system_table, entries) == 64, "EFI system table");
VMCLOCK_STATIC_ASSERT(sizeof(struct efi_entry) == 20, "EFI configuration table");
#endif

static int efi_guid_is(const struct efi_entry *entry, uint32_t a, uint32_t b, uint32_t c,
                       uint32_t d)
{
    return entry->guid[0] == a && entry->guid[1] == b && entry->guid[2] == c && entry->guid[3] == d;
}

enum efi_kind { EFI_KIND_OTHER, EFI_KIND_ACPI_1, EFI_KIND_ACPI_2, EFI_KIND_DTB };

static enum efi_kind efi_kind_of(const struct efi_entry *entry)
{
    if (efi_guid_is(entry, 0x8868e871, 0x11d3e4f1, 0x800022bc, 0x81883cc7))
        return EFI_KIND_ACPI_2;
    if (efi_guid_is(entry, 0xeb9d2d30, 0x11d32d88, 0x9000169a, 0x4dc13f27))
        return EFI_KIND_ACPI_1;
    return efi_guid_is(entry, 0xb1b621d5, 0x41a5f19c, 0x15d90b83, 0xe0aa692c) ? EFI_KIND_DTB
                                                                              : EFI_KIND_OTHER;
}

static int efi_check_system_table(const struct efi_system_table *system)
{
    if (!system)
        return VMCLOCK_ERR_ARGUMENT;
    if (system->signature != EFI_SIGNATURE || system->header_size < sizeof(*system) ||
        system->entries > EFI_MAX_ENTRIES || (!system->table && system->entries != 0))
        return VMCLOCK_ERR_EFI;
    return 0;
}

/* The first table of a kind; null: there is none. */
static const void *efi_find_table(const struct efi_system_table *system, enum efi_kind kind)
{
    vmclock_uintptr i;

    for (i = 0; i < system->entries; i++) {
        if (efi_kind_of(&system->table[i]) == kind && system->table[i].address)
            return system->table[i].address;
    }
    return NULL;
}

static int efi_find_rsdp(const struct efi_system_table *system, enum efi_kind kind,
                         uint64_t *rsdp_phys)
{
    const void *table = efi_find_table(system, kind);

    if (!table)
        return VMCLOCK_ERR_NO_DEVICE;
    *rsdp_phys = (vmclock_uintptr)table;
    return 0;
}

int vmclock_efi_find_rsdp(const void *system_table, uint64_t *rsdp_phys)
{
    int error = efi_check_system_table(system_table);

    if (!error && !rsdp_phys)
        error = VMCLOCK_ERR_ARGUMENT;
    if (!error) {
        error = efi_find_rsdp(system_table, EFI_KIND_ACPI_2, rsdp_phys);
        if (error)
            error = efi_find_rsdp(system_table, EFI_KIND_ACPI_1, rsdp_phys);
    }
    return error;
}

int vmclock_efi_find_dtb(const void *system_table, const void **dtb)
{
    const void *table;
    int error = efi_check_system_table(system_table);

    if (error || !dtb)
        return error ? error : VMCLOCK_ERR_ARGUMENT;
    table = efi_find_table(system_table, EFI_KIND_DTB);
    if (!table)
        return VMCLOCK_ERR_NO_DEVICE;
    *dtb = table;
    return 0;
}

/* The entries of a root table. */
struct efi_root {
    uint64_t phys;
    uint32_t width; /* bytes of each */
    uint32_t count;
};

/* Those of the root table that a search by this root pointer begins with. Returns 0 or an error. */
static int efi_read_root(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                         struct efi_root *root)
{
    struct vmclock_acpi_roots roots;
    uint64_t length;
    int error = vmclock_acpi_read_rsdp(memory, rsdp_phys, &roots);

    if (error)
        return error;
    root->phys = roots.xsdt_phys ? roots.xsdt_phys : roots.rsdt_phys;
    root->width = roots.xsdt_phys ? 8 : 4;
    error = vmclock_acpi_read_number(memory, root->phys + EFI_TABLE_LENGTH, 4, &length);
    if (error)
        return error;
    root->phys += EFI_TABLE_HEADER;
    root->count = ((uint32_t)length - EFI_TABLE_HEADER) >> (roots.xsdt_phys ? 3 : 2);
    return root->count > VMCLOCK_ACPI_MAX_ENTRIES ? VMCLOCK_ERR_TABLE : 0;
}

static int efi_read_entry(const struct vmclock_memory *memory, const struct efi_root *root,
                          uint32_t i, uint64_t *entry)
{
    return vmclock_acpi_read_number(memory, root->phys + (uint64_t)i * root->width, root->width,
                                    entry);
}

/* Whether both root pointers lead to the same tables in the same order, as those of EDK II do. */
static int efi_leads_to_same(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                             uint64_t other_phys)
{
    struct efi_root root, other;
    uint64_t entry, other_entry;
    uint32_t i;

    if (efi_read_root(memory, rsdp_phys, &root) || efi_read_root(memory, other_phys, &other) ||
        root.count != other.count)
        return 0;
    for (i = 0; i < root.count; i++) {
        if (efi_read_entry(memory, &root, i, &entry) ||
            efi_read_entry(memory, &other, i, &other_entry) || entry != other_entry)
            return 0;
    }
    return 1;
}

/* By either root pointer; by the second not, where it would only be the same once more. */
static int efi_find_by_acpi(const void *system_table, const struct vmclock_memory *memory,
                            struct vmclock_region *region)
{
    uint64_t rsdp_phys = 0, older_phys;
    int error = efi_find_rsdp(system_table, EFI_KIND_ACPI_2, &rsdp_phys);
    int older;

    if (!error)
        error = vmclock_acpi_find(memory, rsdp_phys, region);
    if (error != VMCLOCK_ERR_NO_DEVICE && error != VMCLOCK_ERR_RSDP && error != VMCLOCK_ERR_TABLE &&
        error != VMCLOCK_ERR_MAP)
        return error;
    if (efi_find_rsdp(system_table, EFI_KIND_ACPI_1, &older_phys) != 0)
        return error;
    if (rsdp_phys && error == VMCLOCK_ERR_NO_DEVICE &&
        efi_leads_to_same(memory, rsdp_phys, older_phys))
        return error;
    older = vmclock_acpi_find(memory, older_phys, region);
    return !older || error == VMCLOCK_ERR_NO_DEVICE ? older : error;
}

int vmclock_efi_find(const void *system_table, const struct vmclock_memory *memory,
                     struct vmclock_region *region)
{
    struct vmclock_efi_map map;
    struct vmclock_memory identity;
    int error = efi_check_system_table(system_table);

    if (error || !region)
        return error ? error : VMCLOCK_ERR_ARGUMENT;
    if (memory)
        return efi_find_by_acpi(system_table, memory, region);
    error = vmclock_efi_map_open(&map, system_table);
    if (error)
        return error;
    vmclock_efi_map_memory(&map, &identity);
    error = efi_find_by_acpi(system_table, &identity, region);
    vmclock_efi_map_close(&map);
    return error;
}
