/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/bare/x86/maps.h"

#define MAPS_RAM 1u /* in both */

struct multiboot_memory {
    uint32_t size; /* of what follows */
    uint32_t phys[2], length[2], type;
};

static void take_piece(struct ram *ram, int usable, uint64_t phys, uint64_t length, uint32_t type)
{
    if (usable && type == MAPS_RAM)
        ram_add(ram, phys, length);
    if (!usable && type != MAPS_RAM)
        ram_take(ram, phys, length);
}

void maps_take_pvh(const struct pvh_memory *map, uint32_t count, struct ram *ram)
{
    for (int usable = 1; usable >= 0; usable--)
        for (uint32_t i = 0; i < count; i++)
            take_piece(ram, usable, map[i].phys, map[i].length, map[i].type);
}

static uint64_t wide(const uint32_t *words)
{
    return words[0] | (uint64_t)words[1] << 32;
}

static void take_multiboot(const uint8_t *map, uint32_t bytes, int usable, struct ram *ram)
{
    const struct multiboot_memory *piece;
    const uint32_t own = sizeof(piece->size);

    while (bytes >= sizeof(*piece)) {
        piece = (const void *)map;
        if (piece->size < sizeof(*piece) - own || piece->size > bytes - own)
            return;
        take_piece(ram, usable, wide(piece->phys), wide(piece->length), piece->type);
        map += piece->size + own;
        bytes -= piece->size + own;
    }
}

void maps_take_multiboot(const void *map, uint32_t bytes, struct ram *ram)
{
    take_multiboot(map, bytes, 1, ram);
    take_multiboot(map, bytes, 0, ram);
}
