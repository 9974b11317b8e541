/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the EFI system table to the ACPI root pointer. UEFI 2.10, 4.3 and 4.6.
 */
#include <vmclock/acpi.h>
#include <vmclock/efi.h>
#include <vmclock/error.h>

/* The system table as far as it is needed; what is not is void. */
struct efi_system_table {
    uint64_t signature;
    uint32_t revision;
    uint32_t header_size;
    uint32_t crc32;
    uint32_t reserved;
    const void *firmware_vendor;
    uint32_t firmware_revision;
    const void *console[6]; /* handle and protocol of input, output, errors */
    const void *runtime_services;
    const void *boot_services;
    uintptr_t entries;
    const struct efi_entry *table;
};

struct efi_entry {
    uint32_t guid[4];
    const void *address;
};

#define EFI_SIGNATURE UINT64_C(0x5453595320494249) /* "IBI SYST" */
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

/* 2 or 1 if the entry is the root pointer of ACPI 2.0 and later, or of ACPI 1.0; else 0. */
static int acpi_generation(const struct efi_entry *entry)
{
    if (guid_is(entry, 0x8868e871, 0x11d3e4f1, 0x800022bc, 0x81883cc7))
        return 2;
    return guid_is(entry, 0xeb9d2d30, 0x11d32d88, 0x9000169a, 0x4dc13f27) ? 1 : 0;
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

/* The root pointer of one ACPI generation. */
static int find_rsdp(const struct efi_system_table *system, int generation, uint64_t *rsdp_phys)
{
    uintptr_t i;

    for (i = 0; i < system->entries; i++) {
        if (acpi_generation(&system->table[i]) == generation && system->table[i].address != NULL) {
            *rsdp_phys = (uintptr_t)system->table[i].address;
            return 0;
        }
    }
    return VMCLOCK_ERR_NO_DEVICE;
}

int vmclock_efi_find_rsdp(const void *system_table, uint64_t *rsdp_phys)
{
    int error = check_system_table(system_table);

    if (error == 0 && rsdp_phys == NULL)
        error = VMCLOCK_ERR_ARGUMENT;
    if (error == 0) {
        error = find_rsdp(system_table, 2, rsdp_phys);
        if (error != 0)
            error = find_rsdp(system_table, 1, rsdp_phys);
    }
    return error;
}

/* Boot services run with all memory identity mapped. */
static const void *map_identity(void *context, uint64_t phys, size_t length)
{
    (void)context;
    return phys != 0 && phys <= UINTPTR_MAX - length ? (const void *)(uintptr_t)phys : NULL;
}

int vmclock_efi_find(const void *system_table, const struct vmclock_memory *memory,
                     struct vmclock_region *region)
{
    struct vmclock_memory identity;
    uint64_t rsdp_phys;
    int error = check_system_table(system_table);
    int older;

    if (error != 0 || region == NULL)
        return error != 0 ? error : VMCLOCK_ERR_ARGUMENT;
    identity.map = map_identity;
    identity.unmap = NULL;
    identity.context = NULL;
    if (memory == NULL)
        memory = &identity;
    error = find_rsdp(system_table, 2, &rsdp_phys);
    if (error == 0)
        error = vmclock_acpi_find(memory, rsdp_phys, region);
    if (error != VMCLOCK_ERR_NO_DEVICE && error != VMCLOCK_ERR_RSDP)
        return error;
    if (find_rsdp(system_table, 1, &rsdp_phys) != 0)
        return error;
    older = vmclock_acpi_find(memory, rsdp_phys, region);
    return older == 0 || error == VMCLOCK_ERR_NO_DEVICE ? older : error;
}
