/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step up, by ranges of up to 24 bytes, which is an entry or two: where an address on a bus is on the one above
 * it, by one entry.
 */
#include "drivers/fdt/range.c"
#include "value.h"

#define LENGTH 24

static uint64_t number(const uint8_t *bytes, uint32_t cells)
{
    uint64_t high = (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];

    if (cells == 1)
        return high;
    return high << 32 | (uint32_t)bytes[4] << 24 | bytes[5] << 16 | bytes[6] << 8 | bytes[7];
}

int main(void)
{
    static struct fdt_search search;
    struct fdt_bus bus;
    uint64_t length = any_u64(), address = any_u64(), before = address;
    uint32_t above_cells = any_u8(), entry;

    ASSUME(above_cells <= 2 && length != 0);
    any_bus(&bus, LENGTH);
    search.entries_left = any_u32();
    if (range_translate(&search, &bus, above_cells, length, &address) != 0)
        return 0;
    PROVE(bus.ranges.data && bus.address_cells != 0 && above_cells != 0);
    PROVE(address <= UINT64_MAX - length &&
          (above_cells == 2 || address + length <= UINT64_C(1) << 32));
    entry = 4u * (bus.address_cells + above_cells + bus.size_cells);
    PROVE(bus.ranges.length == 0 || bus.ranges.length == entry || bus.ranges.length == 2 * entry);
    if (bus.ranges.length == 0) {
        PROVE(address == before);
    } else if (bus.ranges.length == entry) {
        const uint8_t *above = bus.ranges.data + 4 * bus.address_cells;
        uint64_t from = number(bus.ranges.data, bus.address_cells), to = number(above, above_cells);
        uint64_t size = number(above + 4 * above_cells, bus.size_cells);

        PROVE(before >= from && before - from < size && length <= size - (before - from));
        PROVE(address >= to && address - to == before - from);
    }
    return 0;
}
