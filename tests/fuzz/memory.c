/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <vmclock/acpi.h>
#include "memory.h"
#include "property.h"

#define HEADER 36u
#define RSDP_V1 20u

/* Each entry of a root table costs a few small mappings besides those of whole tables. */
#define MAX_PASSES 5 /* over all tables, for one search */
#define MAX_MAPS (MAX_PASSES * 2 * 8 * (VMCLOCK_ACPI_MAX_ENTRIES + 8))
#define MAX_MAPPED (MAX_PASSES * VMCLOCK_ACPI_MAX_TOTAL + 8 * MAX_MAPS + 0x20000)

void fix_sum(uint8_t *bytes, size_t length, size_t at)
{
    uint8_t sum = 0;
    size_t i;

    bytes[at] = 0;
    for (i = 0; i < length; i++)
        sum = (uint8_t)(sum + bytes[i]);
    bytes[at] = (uint8_t)-sum;
}

/* A fuzzer cannot guess checksums; whole tables are what is mapped with so many bytes. */
static void repair(const struct memory *memory, uint64_t phys, uint8_t *bytes, size_t length)
{
    if (phys == memory->rsdp_phys && length == RSDP_V1)
        fix_sum(bytes, length, 8);
    else if (phys == memory->rsdp_phys && length >= HEADER)
        fix_sum(bytes, length, 32);
    else if (length >= HEADER)
        fix_sum(bytes, length, 9);
}

static const void *map(void *context, uint64_t phys, size_t length)
{
    struct memory *memory = context;
    const struct piece *piece;
    uint8_t *copy;
    unsigned i;

    HOLDS(length != 0 && phys <= UINT64_MAX - length);
    HOLDS(memory->mapped == NULL); /* one at a time */
    memory->maps++;
    if (memory->fail_at != 0 && ((phys ^ phys >> 8) & 0xff) == memory->fail_at)
        return NULL;
    for (i = 0; i < memory->count; i++) {
        piece = &memory->pieces[i];
        if (phys < piece->phys || phys - piece->phys > piece->length ||
            length > piece->length - (size_t)(phys - piece->phys))
            continue;
        copy = exact_copy(piece->bytes + (phys - piece->phys), length);
        if (memory->repaired)
            repair(memory, phys, copy, length);
        memory->mapped = copy;
        memory->mapped_length = length;
        memory->original = exact_copy(copy, length);
        memory->mapped_bytes += length;
        return copy;
    }
    return NULL;
}

static void unmap(void *context, const void *mapped, size_t length)
{
    struct memory *memory = context;

    HOLDS(mapped == memory->mapped && length == memory->mapped_length);
    HOLDS(memcmp(mapped, memory->original, length) == 0); /* never written */
    free((void *)(uintptr_t)memory->original);
    free((void *)(uintptr_t)mapped);
    memory->mapped = NULL;
}

void memory_init(struct memory *memory)
{
    memset(memory, 0, sizeof *memory);
    memory->callbacks.map = map;
    memory->callbacks.unmap = unmap;
    memory->callbacks.context = memory;
}

void memory_add(struct memory *memory, uint64_t phys, const uint8_t *bytes, size_t length)
{
    memory->pieces[memory->count].phys = phys;
    memory->pieces[memory->count].bytes = bytes;
    memory->pieces[memory->count].length = length;
    memory->count++;
}

void memory_start(struct memory *memory)
{
    memory->maps = 0;
    memory->mapped_bytes = 0;
}

void memory_end(const struct memory *memory)
{
    HOLDS(memory->mapped == NULL);
    HOLDS(memory->maps <= MAX_MAPS);
    HOLDS(memory->mapped_bytes <= MAX_MAPPED);
}
