/* SPDX-License-Identifier: BSD-2-Clause */
/* One step up, by ranges of one entry: where an address on a bus is on the one above it. */
#include "drivers/fdt/range.c"
#include "proof.h"

#define ENTRY 24 /* of two cells each */
#define LENGTH 32

static uint64_t number(const uint8_t *bytes)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

int main(void)
{
    static struct fdt_search search;
    struct fdt_bus bus = {.address_cells = 2, .size_cells = 2};
    uint64_t length = any_u64(), address = any_u64(), before = address, from, to, size;
    uint8_t *bytes = proof_exactly(LENGTH);

    bus.ranges.data = any_int() ? bytes : NULL;
    bus.ranges.length = any_u32();
    ASSUME(bus.ranges.length <= LENGTH && length != 0);
    search.entries_left = any_u32();
    if (range_translate(&search, &bus, 2, length, &address) != 0)
        return 0;
    PROVE(bus.ranges.data && address <= UINT64_MAX - length);
    PROVE(bus.ranges.length == 0 || bus.ranges.length == ENTRY);
    from = number(bytes);
    to = number(bytes + 8);
    size = number(bytes + 16);
    PROVE(bus.ranges.length != 0 || address == before);
    PROVE(bus.ranges.length == 0 ||
          (before >= from && before - from < size && length <= size - (before - from)));
    PROVE(bus.ranges.length == 0 || (address >= to && address - to == before - from));
    return 0;
}
