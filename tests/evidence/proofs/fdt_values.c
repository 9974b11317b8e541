/* SPDX-License-Identifier: BSD-2-Clause */
/* A device's properties, and the buses above it, of any bytes: device and bus at most two below the root. */
#include "drivers/fdt/properties.c"
#include "drivers/fdt/range.c"
#include "proof.h"

#ifndef LENGTH
#define LENGTH 16
#endif
#define DEPTH 2

static void any_value(struct fdt_value *value)
{
    value->length = any_u32();
    ASSUME(value->length <= LENGTH);
    value->data = any_int() ? proof_bytes(value->length, LENGTH) : NULL;
}

int main(void)
{
    static struct fdt_search search;
    struct fdt_value parents[PROPERTY_COUNT];
    struct vmclock_region region = {0};
    uint32_t depth = any_u32(), strings = any_u32();

    ASSUME(depth >= 1 && depth <= DEPTH && strings <= LENGTH);
    search.entries_left = any_u32();
    search.strings = (const char *)proof_bytes(strings, LENGTH);
    search.strings_length = strings;
    for (int i = 0; i < PROPERTY_COUNT; i++)
        any_value(&search.values[i]);
    for (int i = 0; i < DEPTH; i++) {
        for (int j = 0; j < PROPERTY_COUNT; j++)
            parents[j].data = NULL;
        any_value(&parents[PROPERTY_ADDRESS_CELLS]);
        any_value(&parents[PROPERTY_SIZE_CELLS]);
        any_value(&parents[PROPERTY_RANGES]);
        vmclock_fdt_read_bus(parents, &search.bus[i]);
        PROVE(search.bus[i].address_cells <= 2 && search.bus[i].size_cells <= 2);
    }
    PROVE(vmclock_fdt_property(&search, any_u32()) <= PROPERTY_COUNT);
    (void)vmclock_fdt_list_has(&search.values[PROPERTY_COMPATIBLE], "amazon,vmclock");
    (void)vmclock_fdt_status_okay(&search.values[PROPERTY_STATUS]);
    vmclock_fdt_read_interrupts(&search.values[PROPERTY_INTERRUPTS], &region);
    PROVE(region.interrupt_cells <= VMCLOCK_REGION_INTERRUPT_CELLS);
    if (vmclock_fdt_read_reg(&search, depth, &region) == 0) {
        PROVE(region.length != 0);
        PROVE(region.phys <= UINT64_MAX - region.length);
    }
    return 0;
}
