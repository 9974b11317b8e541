/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.h - a property of a device tree, of any bytes, or none.
 */
#ifndef VMCLOCK_PROOF_VALUE_H
#define VMCLOCK_PROOF_VALUE_H

#include "drivers/fdt/internal.h"
#include "proof.h"

static inline void any_value(struct fdt_value *value, uint32_t most)
{
    value->length = any_u32();
    ASSUME(value->length <= most);
    value->data = any_int() ? proof_bytes(value->length, most) : NULL;
}

/* Of vmclock_fdt_read_bus, by fdt_values.c. */
static inline void any_bus(struct fdt_bus *bus, uint32_t most)
{
    any_value(&bus->ranges, most);
    bus->address_cells = any_u8();
    bus->size_cells = any_u8();
    ASSUME(bus->address_cells <= 2 && bus->size_cells <= 2);
}

#endif
