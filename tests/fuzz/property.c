/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/error.h>
#include "property.h"

#define MAX_DIFFERENT 16u

/* All that a visitor saw. */
struct sightings {
    const struct search *search;
    uint64_t digest;                                /* of every call, in order */
    struct vmclock_region different[MAX_DIFFERENT]; /* devices, no range twice */
    uint32_t different_count;                       /* goes on counting beyond the room */
    uint32_t calls;
    uint32_t devices;
    uint32_t stop_at; /* the call that wants no more; 0: none */
};

void broken(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

int untouched(const void *result, size_t size)
{
    const unsigned char *bytes = result;
    size_t i;

    for (i = 0; i < size; i++) {
        if (bytes[i] != MARK)
            return 0;
    }
    return 1;
}

uint8_t *exact_copy(const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size);

    if (size != 0)
        memcpy(copy, bytes, size);
    return copy;
}

int same_region(const struct vmclock_region *a, const struct vmclock_region *b)
{
    return a->phys == b->phys && a->length == b->length && a->origin_phys == b->origin_phys &&
           a->origin_offset == b->origin_offset && a->origin_signature == b->origin_signature &&
           memcmp(a->interrupt, b->interrupt, sizeof a->interrupt) == 0 &&
           a->interrupt_cells == b->interrupt_cells && a->source == b->source;
}

/* FNV-1a. */
static void digest(uint64_t *hash, uint64_t value)
{
    unsigned i;

    for (i = 0; i < 64; i += 8)
        *hash = (*hash ^ (value >> i & 0xff)) * UINT64_C(0x100000001b3);
}

static void note_device(struct sightings *seen, const struct vmclock_region *region)
{
    uint32_t i;

    HOLDS(region->length != 0);
    HOLDS(region->phys <= UINT64_MAX - region->length);
    HOLDS(region->source == seen->search->source);
    HOLDS(region->interrupt_cells <= VMCLOCK_REGION_INTERRUPT_CELLS);
    for (i = region->interrupt_cells; i < VMCLOCK_REGION_INTERRUPT_CELLS; i++)
        HOLDS(region->interrupt[i] == 0);
    seen->devices++;
    for (i = 0; i < seen->different_count && i < MAX_DIFFERENT; i++) {
        if (seen->different[i].phys == region->phys && seen->different[i].length == region->length)
            return;
    }
    if (i < MAX_DIFFERENT)
        seen->different[i] = *region;
    seen->different_count++;
}

static int see(void *context, int error, const struct vmclock_region *region)
{
    struct sightings *seen = context;
    unsigned i;

    HOLDS(seen->stop_at == 0 || seen->calls < seen->stop_at);
    seen->calls++;
    digest(&seen->digest, (uint64_t)error);
    digest(&seen->digest, region->origin_phys);
    digest(&seen->digest, (uint64_t)region->origin_offset << 32 | region->origin_signature);
    if (error == 0) {
        digest(&seen->digest, region->phys);
        digest(&seen->digest, region->length);
        for (i = 0; i < region->interrupt_cells && i < VMCLOCK_REGION_INTERRUPT_CELLS; i++)
            digest(&seen->digest, region->interrupt[i]);
        note_device(seen, region);
    } else {
        HOLDS(seen->search->is_documented(error));
        HOLDS(strcmp(vmclock_error_name(error), "unknown") != 0);
    }
    return seen->calls == seen->stop_at;
}

static int enumerate(const struct search *search, uint32_t stop_at, struct sightings *seen)
{
    memset(seen, 0, sizeof *seen);
    seen->search = search;
    seen->stop_at = stop_at;
    return search->enumerate(search->input, see, seen);
}

static void check_find(const struct search *search, int result, const struct sightings *all)
{
    struct vmclock_region region;

    memset(&region, MARK, sizeof region);
    HOLDS(search->find(search->input, &region) == result);
    if (result == 0)
        HOLDS(same_region(&region, &all->different[0]));
    else
        HOLDS(untouched(&region, sizeof region));
}

static void check_find_all(const struct search *search, int result, const struct sightings *all,
                           uint32_t capacity)
{
    struct vmclock_region regions[MAX_DIFFERENT];
    uint32_t found, i;

    memset(&found, MARK, sizeof found);
    memset(regions, MARK, sizeof regions);
    HOLDS(search->find_all(search->input, capacity != 0 ? regions : NULL, capacity, &found) ==
          result);
    if (result != 0) {
        HOLDS(untouched(&found, sizeof found));
        HOLDS(untouched(regions, sizeof regions));
        return;
    }
    if (capacity >= all->different_count)
        HOLDS(found == all->different_count);
    else
        HOLDS(found > capacity && found <= all->devices);
    for (i = 0; i < MAX_DIFFERENT; i++) {
        if (i < found && i < capacity)
            HOLDS(same_region(&regions[i], &all->different[i]));
        else
            HOLDS(untouched(&regions[i], sizeof regions[i]));
    }
}

static void check_stop(const struct search *search, uint32_t stop_at)
{
    struct sightings some;
    int result = enumerate(search, stop_at, &some);

    HOLDS(some.calls == stop_at);
    HOLDS((result == 0) == (some.devices != 0));
}

int check_search(const struct search *search)
{
    struct sightings all, again;
    int result = enumerate(search, 0, &all);

    HOLDS(result == 0 || search->is_documented(result));
    HOLDS((result == 0) == (all.devices != 0));
    HOLDS(enumerate(search, 0, &again) == result);
    HOLDS(again.digest == all.digest && again.calls == all.calls);
    check_find(search, result, &all);
    check_find_all(search, result, &all, 0);
    check_find_all(search, result, &all, 2);
    check_find_all(search, result, &all, MAX_DIFFERENT);
    if (all.calls > 1) {
        check_stop(search, 1);
        check_stop(search, all.calls - 1);
    }
    return result;
}
