/* SPDX-License-Identifier: BSD-2-Clause */
/* A device's reg through the buses above it, of any bytes and whatever the numbers in them are. */
#include "value.h"

static uint64_t any_cells(const uint8_t *data, uint32_t cells)
{
    PROVE(cells >= 1 && cells <= 2 && __CPROVER_r_ok(data, 4 * cells));
    return any_u64();
}

#include "drivers/fdt/range.c"

#define LENGTH 48 /* two entries, of the longest */
#define DEPTH 4

int main(void)
{
    static struct fdt_search search;
    struct vmclock_region region = {0};
    uint32_t depth = any_u32();

    ASSUME(depth >= 1 && depth <= DEPTH);
    search.entries_left = any_u32();
    any_value(&search.values[PROPERTY_REG], LENGTH);
    for (int i = 0; i < DEPTH; i++)
        any_bus(&search.bus[i], LENGTH);
    if (vmclock_fdt_read_reg(&search, depth, &region) == 0) {
        PROVE(region.length != 0);
        PROVE(region.phys <= UINT64_MAX - region.length);
    } else {
        PROVE(region.length == 0);
    }
    return 0;
}
