/* SPDX-License-Identifier: BSD-2-Clause */
/* A device's properties that are no ranges, and what a bus says of its addresses, of any bytes. */
#include "drivers/fdt/properties.c"
#include "drivers/fdt/range.c"
#include "value.h"

#define LENGTH 16

int main(void)
{
    static struct fdt_search search;
    struct vmclock_region region = {0};
    struct fdt_bus bus;
    uint32_t strings = any_u32();

    ASSUME(strings <= LENGTH);
    search.strings = (const char *)proof_bytes(strings, LENGTH);
    search.strings_length = strings;
    for (int i = 0; i < PROPERTY_COUNT; i++)
        any_value(&search.values[i], LENGTH);
    vmclock_fdt_read_bus(search.values, &bus);
    PROVE(bus.address_cells <= 2 && bus.size_cells <= 2);
    PROVE(bus.ranges.data == search.values[PROPERTY_RANGES].data);
    PROVE(vmclock_fdt_property(&search, any_u32()) <= PROPERTY_COUNT);
    (void)vmclock_fdt_list_has(&search.values[PROPERTY_COMPATIBLE], "amazon,vmclock");
    (void)vmclock_fdt_status_okay(&search.values[PROPERTY_STATUS]);
    vmclock_fdt_read_interrupts(&search.values[PROPERTY_INTERRUPTS], &region);
    PROVE(region.interrupt_cells <= VMCLOCK_REGION_INTERRUPT_CELLS);
    return 0;
}
