/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk over a tree of any bytes, on a libfdt that may say anything but keeps fdt_offset_ptr's promise;
 * what it makes of values is fdt_values.c's.
 */
#include "drivers/fdt/fdt_search.c"
#include "proof.h"

#ifndef LENGTH
#define LENGTH 48
#endif

static const uint8_t *tree;
static size_t readable;

int fdt_check_header(const void *fdt)
{
    (void)fdt;
    return any_int();
}

const void *fdt_offset_ptr(const void *fdt, int offset, unsigned int length)
{
    uint64_t at = (uint64_t)fdt_off_dt_struct(fdt) + (uint32_t)offset;

    return offset >= 0 && at <= readable && length <= readable - at && any_int() ? tree + at : NULL;
}

/* Any tag and any place behind it; a walk in steps of less than a tag would only be longer. */
uint32_t fdt_next_tag(const void *fdt, int offset, int *next)
{
    int to = any_int();

    (void)fdt;
    ASSUME(to <= offset || to >= offset + FDT_TAGSIZE);
    *next = to;
    return any_u32();
}

static void use(const struct fdt_value *value)
{
    PROVE(!value->data || __CPROVER_r_ok(value->data, value->length));
}

void vmclock_fdt_read_bus(const struct fdt_value *values, struct fdt_bus *bus)
{
    for (int i = 0; i < PROPERTY_COUNT; i++)
        use(&values[i]);
    bus->address_cells = bus->size_cells = 1;
}

int vmclock_fdt_list_has(const struct fdt_value *list, const char *string)
{
    (void)string;
    use(list);
    return any_int();
}

int vmclock_fdt_status_okay(const struct fdt_value *status)
{
    use(status);
    return any_int();
}

enum property vmclock_fdt_property(const struct fdt_search *search, uint32_t name_offset)
{
    uint32_t property = any_u32();

    PROVE(name_offset < search->strings_length);
    PROVE(__CPROVER_r_ok(search->strings, search->strings_length));
    ASSUME(property <= PROPERTY_COUNT);
    return (enum property)property;
}

int vmclock_fdt_read_reg(struct fdt_search *search, uint32_t depth, struct vmclock_region *region)
{
    PROVE(depth >= 1);
    use(&search->values[PROPERTY_REG]);
    region->length = 1;
    return any_int() ? VMCLOCK_ERR_RESOURCE : 0;
}

void vmclock_fdt_read_interrupts(const struct fdt_value *interrupts, struct vmclock_region *region)
{
    (void)region;
    use(interrupts);
}

int main(void)
{
    struct vmclock_region region;
    int error;

    readable = any_u32() % (LENGTH + 1);
    tree = proof_exactly(readable);
    ASSUME((vmclock_uintptr)tree % 8 == 0);
    error = vmclock_fdt_find(tree, readable, &region);
    PROVE(error == 0 || error == VMCLOCK_ERR_FDT || error == VMCLOCK_ERR_NO_DEVICE ||
          error == VMCLOCK_ERR_RESOURCE);
    return 0;
}
