/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "drivers/efi/memory.h"

#define MEMORY_EFI_BOOT_SIGNATURE UINT64_C(0x56524553544f4f42) /* "BOOTSERV" */
#define MEMORY_EFI_LOADER_DATA 2u
#define MEMORY_EFI_PAGE 4096u
#define MEMORY_EFI_SPARE 8u /* descriptors more than there were: taking memory may split some */
#define MEMORY_EFI_MAP_MAX 0x1000000u /* bytes of a sane map */

/* Boot services as far as FreePool. */
struct vmclock_efi_boot {
    uint64_t signature;
    uint32_t revision;
    uint32_t header_size;
    uint32_t crc32;
    uint32_t reserved;
    const void *priorities[2];
    const void *pages[2];
    vmclock_uintptr(VMCLOCK_EFI_CALL *get_memory_map)(vmclock_uintptr *size, void *descriptors,
                                                      vmclock_uintptr *key, vmclock_uintptr *step,
                                                      uint32_t *version);
    vmclock_uintptr(VMCLOCK_EFI_CALL *allocate_pool)(uint32_t type, vmclock_uintptr size,
                                                     void **buffer);
    vmclock_uintptr(VMCLOCK_EFI_CALL *free_pool)(void *buffer);
};

/* 32-bit words, since compilers do not agree on how 64-bit ones are aligned. */
struct descriptor {
    uint32_t type;
    uint32_t reserved;
    uint32_t start[2];
    uint32_t virtual_start[2];
    uint32_t pages[2];
};

int vmclock_efi_map_open(struct vmclock_efi_map *map, const struct efi_system_table *system)
{
    const struct vmclock_efi_boot *boot = system->boot_services;
    vmclock_uintptr key, size = 0, step = 0;
    uint32_t version;
    void *buffer = NULL;

    if (boot == NULL || boot->signature != MEMORY_EFI_BOOT_SIGNATURE ||
        boot->header_size < sizeof(*boot))
        return VMCLOCK_ERR_EFI;
    (void)boot->get_memory_map(&size, NULL, &key, &step, &version); /* how large it is */
    if (size == 0 || size > MEMORY_EFI_MAP_MAX || step < sizeof(struct descriptor) ||
        step > MEMORY_EFI_PAGE || step % 8 != 0)
        return VMCLOCK_ERR_EFI;
    size += MEMORY_EFI_SPARE * step;
    if (boot->allocate_pool(MEMORY_EFI_LOADER_DATA, size, &buffer) != 0 || buffer == NULL)
        return VMCLOCK_ERR_EFI;
    map->boot = boot;
    map->descriptors = buffer;
    map->size = size;
    map->step = step;
    map->last_start = 0;
    map->last_bytes = 0;
    if (boot->get_memory_map(&map->size, buffer, &key, &map->step, &version) == 0 &&
        map->size <= size && map->step == step)
        return 0;
    vmclock_efi_map_close(map);
    return VMCLOCK_ERR_EFI;
}

void vmclock_efi_map_close(const struct vmclock_efi_map *map)
{
    (void)map->boot->free_pool(map->descriptors);
}

/* Memory that is there and may be read: not devices' registers, nor what is broken or not accepted. */
static int memory_is_readable(uint32_t type)
{
    return type <= 10 && type != 8;
}

static uint64_t memory_wide(const uint32_t *words)
{
    return words[0] | (uint64_t)words[1] << 32;
}

/* How many bytes from phys on one descriptor says are readable; 0: none. */
static uint64_t memory_readable_from(struct vmclock_efi_map *map, uint64_t phys)
{
    const struct descriptor *descriptor;
    vmclock_uintptr at = 0;

    while (phys < map->last_start || phys - map->last_start >= map->last_bytes) {
        if (at + map->step > map->size)
            return 0;
        descriptor = (const void *)(map->descriptors + at);
        at += map->step;
        if (memory_is_readable(descriptor->type)) {
            map->last_start = memory_wide(descriptor->start);
            map->last_bytes = memory_wide(descriptor->pages) * MEMORY_EFI_PAGE;
        }
    }
    return map->last_bytes - (phys - map->last_start);
}

static const void *memory_map(void *map, uint64_t phys, size_t length)
{
    uint64_t at = phys;
    uint64_t left = length, count;

    if (phys == 0 || phys > UINTPTR_MAX - length)
        return NULL;
    while (left != 0) {
        count = memory_readable_from(map, at);
        if (count == 0)
            return NULL;
        if (count > left)
            count = left;
        at += count;
        left -= count;
    }
    return (const void *)(vmclock_uintptr)phys;
}

void vmclock_efi_map_memory(struct vmclock_efi_map *map, struct vmclock_memory *memory)
{
    memory->map = memory_map;
    memory->unmap = NULL;
    memory->context = map;
}
