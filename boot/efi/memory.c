/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - a walk through the memory map. UEFI 2.10, 7.2.
 */
#include <vmclock/error.h>
#include "boot/efi/memory.h"

#define SPARE 8u           /* descriptors more than there were: taking memory may split some */
#define MAP_MAX 0x1000000u /* bytes of a sane map */

static int is_memory(uint32_t type)
{
    return type <= EfiACPIMemoryNVS && type != EfiUnusableMemory;
}

static int look(const uint8_t *map, UINTN size, UINTN step, uint64_t phys)
{
    for (UINTN at = 0; at + step <= size; at += step) {
        const EFI_MEMORY_DESCRIPTOR *range = (const void *)(map + at);

        if (phys >= range->PhysicalStart &&
            (phys - range->PhysicalStart) / EFI_PAGE_SIZE < range->NumberOfPages &&
            !is_memory(range->Type))
            return VMCLOCK_ERR_MAP;
    }
    return 0;
}

int memory_allows(EFI_SYSTEM_TABLE *system, uint64_t phys)
{
    EFI_BOOT_SERVICES *services = system->BootServices;
    UINTN size = 0, step = 0, key;
    UINT32 version;
    void *map = NULL;
    int error = VMCLOCK_ERR_EFI;

    if (!phys)
        return VMCLOCK_ERR_MAP;
    (void)services->GetMemoryMap(&size, NULL, &key, &step, &version); /* how large it is */
    if (!size || size > MAP_MAX || step < sizeof(EFI_MEMORY_DESCRIPTOR) || step > EFI_PAGE_SIZE ||
        step % sizeof(uint64_t))
        return VMCLOCK_ERR_EFI;
    size += SPARE * step;
    if (EFI_ERROR(services->AllocatePool(EfiLoaderData, size, &map)) || !map)
        return VMCLOCK_ERR_EFI;
    if (!EFI_ERROR(services->GetMemoryMap(&size, map, &key, &step, &version)))
        error = look(map, size, step, phys);
    services->FreePool(map);
    return error;
}
