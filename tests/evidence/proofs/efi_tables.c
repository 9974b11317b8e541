/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables that a firmware's system table names, of which there are up to three. */
#include "drivers/efi/efi.c"
#include "proof.h"

/* Not gone into here. */
int vmclock_acpi_find(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                      struct vmclock_region *region)
{
    (void)memory;
    (void)region;
    PROVE(rsdp_phys != 0);
    return any_int();
}

int vmclock_acpi_read_rsdp(const struct vmclock_memory *memory, uint64_t phys,
                           struct vmclock_acpi_roots *roots)
{
    (void)memory;
    PROVE(phys != 0);
    roots->rsdt_phys = any_u64();
    roots->xsdt_phys = any_u64();
    return any_int();
}

int vmclock_acpi_read_number(const struct vmclock_memory *memory, uint64_t phys, uint32_t size,
                             uint64_t *number)
{
    (void)memory;
    (void)phys;
    PROVE(size == 4 || size == 8);
    *number = any_u64();
    return any_int();
}

int vmclock_efi_map_open(struct vmclock_efi_map *map, const struct efi_system_table *system)
{
    (void)map;
    (void)system;
    return any_int();
}

void vmclock_efi_map_memory(struct vmclock_efi_map *map, struct vmclock_memory *memory)
{
    (void)map;
    memory->map = NULL;
}

void vmclock_efi_map_close(const struct vmclock_efi_map *map)
{
    (void)map;
}

int main(void)
{
    struct efi_system_table *system = (void *)proof_exactly(sizeof(*system));
    struct vmclock_memory memory = {NULL, NULL, NULL};
    struct vmclock_region region;
    const void *dtb = NULL;
    uint64_t rsdp = 0;
    size_t entries = any_u32() % 4;

    ASSUME(system->entries == entries || system->entries > EFI_MAX_ENTRIES);
    system->table = any_int() ? (const void *)proof_bytes(entries * sizeof(*system->table),
                                                          3 * sizeof(*system->table))
                              : NULL;
    if (vmclock_efi_find_rsdp(system, &rsdp) == 0)
        PROVE(rsdp != 0);
    else
        PROVE(rsdp == 0);
    PROVE((vmclock_efi_find_dtb(system, &dtb) == 0) == (dtb != NULL));
    (void)vmclock_efi_find(system, any_int() ? &memory : NULL, &region);
    return 0;
}
