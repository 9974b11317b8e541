/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk over a tree of any bytes, on a libfdt that may say anything but keeps fdt_offset_ptr's promise;
 * what it makes of values is fdt_values.c's. Walks of any length: what holds behind the header holds behind
 * each tag, if it did before; and each lies further on. A whole search beside that, of one tag.
 */
#include "drivers/fdt/fdt_search.c"
#include "proof.h"

#ifndef LENGTH
#define LENGTH 64 /* bytes of a tree, at most */
#endif

static const uint8_t *tree;
static size_t readable;
static unsigned tags_left;

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

/* Any tag and any place behind it; at last none. */
uint32_t fdt_next_tag(const void *fdt, int offset, int *next)
{
    (void)fdt;
    *next = any_int();
    if (tags_left-- != 0)
        return any_u32();
    *next = offset;
    return FDT_END;
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

static int visit(void *context, int error, const struct vmclock_region *region)
{
    const struct fdt_search *search = context;

    (void)error;
    PROVE(region == &search->region && region->origin_offset <= search->struct_length);
    return any_int();
}

static void any_tree(size_t least)
{
    readable = any_u32();
    ASSUME(readable >= least && readable <= LENGTH);
    tree = proof_bytes(readable, LENGTH);
    ASSUME((vmclock_uintptr)tree % 8 == 0);
}

/* Whether so many bytes of the tree lie there. */
static int is_of_tree(const void *bytes, size_t length)
{
    size_t at = __CPROVER_POINTER_OFFSET(bytes) - __CPROVER_POINTER_OFFSET(tree);

    return __CPROVER_same_object(bytes, tree) && at <= readable && length <= readable - at;
}

/* What holds before and behind each tag. */
static int holds(const struct fdt_search *search, int offset)
{
    if (offset < 0 || (uint32_t)offset > search->struct_length ||
        search->struct_length > INT32_MAX || fdt_off_dt_struct(tree) > readable ||
        search->struct_length > readable - fdt_off_dt_struct(tree) ||
        !is_of_tree(search->strings, search->strings_length) ||
        search->nodes_open > (uint32_t)offset)
        return 0;
    if (search->heading && (search->nodes_open == 0 || search->node_offset > (uint32_t)offset))
        return 0;
    for (int i = 0; search->heading && i < PROPERTY_COUNT; i++)
        if (search->values[i].data && !is_of_tree(search->values[i].data, search->values[i].length))
            return 0;
    return 1;
}

static void prove_header(void)
{
    struct fdt_search search;

    any_tree(0);
    search.fdt = tree;
    search.nodes_open = search.heading = 0;
    if (search_read_header(&search, readable) == 0)
        PROVE(holds(&search, 0));
}

static void prove_tag(void)
{
    struct fdt_search search;
    int offset = any_int(), next;
    uint32_t tag;

    any_tree(sizeof(struct fdt_header));
    tags_left = 1;
    search.fdt = tree;
    search.visit = visit;
    search.context = &search;
    search.strings = (const char *)tree + any_u32() % (LENGTH + 1);
    for (int i = 0; i < PROPERTY_COUNT; i++)
        search.values[i].data = any_int() ? tree + any_u32() % (LENGTH + 1) : NULL;
    ASSUME(holds(&search, offset));
    tag = fdt_next_tag(tree, offset, &next);
    if (search_read_tag(&search, tag, offset, next) != 0)
        search_report(&search, VMCLOCK_ERR_FDT, (uint32_t)offset);
    else
        PROVE(next > offset && holds(&search, next));
}

static void prove_search(void)
{
    struct vmclock_region region;
    int error;

    any_tree(0);
    tags_left = 0;
    error = vmclock_fdt_find(tree, readable, &region);
    PROVE(error == 0 || error == VMCLOCK_ERR_FDT || error == VMCLOCK_ERR_NO_DEVICE ||
          error == VMCLOCK_ERR_RESOURCE);
}

int main(void)
{
    if (any_int())
        prove_header();
    else if (any_int())
        prove_tag();
    else
        prove_search();
    return 0;
}
