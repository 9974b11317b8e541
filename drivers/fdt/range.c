/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device's range, from its reg up through the ranges of the buses above it.
 * Devicetree Specification 0.4, 2.3.5, 2.3.6 and 2.3.8.
 */
#include <vmclock/error.h>
#include "drivers/fdt/internal.h"

#define RANGE_CELL_SIZE ((size_t)4)

/* What the specification says where the properties are absent. */
#define RANGE_DEFAULT_ADDRESS_CELLS 2u
#define RANGE_DEFAULT_SIZE_CELLS 1u

/* A big-endian number of one or two cells. */
static uint64_t range_read_cells(const uint8_t *data, uint32_t cells)
{
    uint64_t value = 0;
    uint32_t i;

    for (i = 0; i < cells * RANGE_CELL_SIZE; i++)
        value = value << 8 | data[i];
    return value;
}

/* 1 or 2; 0 for what cannot be used here (3 is PCI's), or is no number. */
static uint8_t range_read_cell_count(const struct fdt_value *value, uint8_t absent)
{
    uint64_t cells;

    if (!value->data)
        return absent;
    if (value->length != RANGE_CELL_SIZE)
        return 0;
    cells = range_read_cells(value->data, 1);
    return cells == 1 || cells == 2 ? (uint8_t)cells : 0;
}

void vmclock_fdt_read_bus(const struct fdt_value *values, struct fdt_bus *bus)
{
    bus->ranges.data = values[PROPERTY_RANGES].data;
    bus->ranges.length = values[PROPERTY_RANGES].length;
    bus->address_cells =
        range_read_cell_count(&values[PROPERTY_ADDRESS_CELLS], RANGE_DEFAULT_ADDRESS_CELLS);
    bus->size_cells = range_read_cell_count(&values[PROPERTY_SIZE_CELLS], RANGE_DEFAULT_SIZE_CELLS);
}

/* Whether a range is not empty and all of it has addresses of so many cells, below 2^64. */
static int range_fits(uint64_t address, uint64_t length, uint32_t address_cells)
{
    uint64_t last = address_cells == 1 ? UINT32_MAX : UINT64_MAX - 1;

    return length != 0 && address <= last && length - 1 <= last - address;
}

/*
 * The first entry of ranges that has the address, or null: there is none, or they do not end with a
 * whole entry. All are walked: a remainder instead is a division, for which some CPUs need a library.
 */
static const uint8_t *range_find_entry(struct fdt_search *search, const struct fdt_bus *bus,
                                       uint32_t above_cells, uint64_t address)
{
    size_t size_at = (bus->address_cells + above_cells) * RANGE_CELL_SIZE;
    size_t entry_size = size_at + bus->size_cells * RANGE_CELL_SIZE;
    size_t left = bus->ranges.length;
    const uint8_t *entry = bus->ranges.data;
    const uint8_t *found = NULL;

    for (; left >= entry_size && search->entries_left != 0; entry += entry_size) {
        uint64_t into = address - range_read_cells(entry, bus->address_cells);

        if (!found && into <= address && into < range_read_cells(entry + size_at, bus->size_cells))
            found = entry;
        left -= entry_size;
        search->entries_left--;
    }
    return left == 0 ? found : NULL;
}

/*
 * One step up: an address on the bus becomes one on the bus above it. The first entry of ranges that
 * has the first byte decides, and must have all of it. Returns 0 or VMCLOCK_ERR_RESOURCE.
 */
static int range_translate(struct fdt_search *search, const struct fdt_bus *bus,
                           uint32_t above_cells, uint64_t length, uint64_t *address)
{
    const uint8_t *entry;
    const uint8_t *above;
    uint64_t into;

    if (!bus->ranges.data || bus->address_cells == 0 || above_cells == 0)
        return VMCLOCK_ERR_RESOURCE;
    if (bus->ranges.length != 0) {
        entry = bus->size_cells != 0 ? range_find_entry(search, bus, above_cells, *address) : NULL;
        if (!entry)
            return VMCLOCK_ERR_RESOURCE;
        into = *address - range_read_cells(entry, bus->address_cells);
        above = entry + bus->address_cells * RANGE_CELL_SIZE;
        if (length >
                range_read_cells(above + above_cells * RANGE_CELL_SIZE, bus->size_cells) - into ||
            into > UINT64_MAX - range_read_cells(above, above_cells))
            return VMCLOCK_ERR_RESOURCE;
        *address = range_read_cells(above, above_cells) + into;
    }
    return range_fits(*address, length, above_cells) ? 0 : VMCLOCK_ERR_RESOURCE;
}

int vmclock_fdt_read_reg(struct fdt_search *search, uint32_t depth, struct vmclock_region *region)
{
    const struct fdt_value *reg = &search->values[PROPERTY_REG];
    const struct fdt_bus *parent;
    uint64_t address;
    uint64_t length;

    if (depth > VMCLOCK_FDT_MAX_DEPTH || !reg->data)
        return VMCLOCK_ERR_RESOURCE;
    parent = &search->bus[depth - 1];
    if (parent->address_cells == 0 || parent->size_cells == 0 ||
        reg->length != ((uint32_t)parent->address_cells + parent->size_cells) * RANGE_CELL_SIZE)
        return VMCLOCK_ERR_RESOURCE;
    address = range_read_cells(reg->data, parent->address_cells);
    length =
        range_read_cells(reg->data + parent->address_cells * RANGE_CELL_SIZE, parent->size_cells);
    if (!range_fits(address, length, parent->address_cells))
        return VMCLOCK_ERR_RESOURCE;
    for (depth--; depth != 0; depth--) {
        if (range_translate(search, &search->bus[depth], search->bus[depth - 1].address_cells,
                            length, &address) != 0)
            return VMCLOCK_ERR_RESOURCE;
    }
    region->phys = address;
    region->length = length;
    return 0;
}

void vmclock_fdt_read_interrupts(const struct fdt_value *interrupts, struct vmclock_region *region)
{
    uint32_t cells = !interrupts->data ? 0 : interrupts->length / (uint32_t)RANGE_CELL_SIZE;
    uint32_t i;

    for (i = 0; i < cells && i < VMCLOCK_REGION_INTERRUPT_CELLS; i++)
        region->interrupt[i] =
            (uint32_t)range_read_cells(interrupts->data + i * RANGE_CELL_SIZE, 1);
    region->interrupt_cells = (uint8_t)i;
}
