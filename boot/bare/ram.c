/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/bare/ram.h"

static uint64_t end_of(uint64_t phys, uint64_t length)
{
    return length <= UINT64_MAX - phys ? phys + length : UINT64_MAX;
}

void ram_init(uint64_t image_end, struct ram *ram)
{
    ram->first = ram->end = image_end;
}

void ram_add(struct ram *ram, uint64_t phys, uint64_t length)
{
    if (phys <= ram->first && end_of(phys, length) > ram->end)
        ram->end = end_of(phys, length);
}

void ram_take(struct ram *ram, uint64_t phys, uint64_t length)
{
    if (length && phys < ram->end && end_of(phys, length) > ram->first)
        ram->end = phys > ram->first ? phys : ram->first;
}
