/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One pass over the structure block, tag by tag, with the buses above the current node at hand.
 *
 * Of libfdt it takes fdt_check_header, fdt_next_tag and fdt_offset_ptr, which all versions have. Not
 * fdt_getprop: that reads the name of each property it passes to its end, which in a hostile tree
 * may be as long as the tree.
 */
#include <libfdt.h>
#include <vmclock/error.h>
#include "drivers/collect.h"
#include "drivers/fdt/internal.h"

/* libfdt reads older ones too, which are laid out differently. */
#define SEARCH_FDT_MIN_VERSION 16u

static void search_report(struct fdt_search *search, int error, uint32_t offset)
{
    if (!error) {
        search->found = 1;
    } else {
        vmclock_region_clear(&search->region, VMCLOCK_SOURCE_FDT);
        if (search->error == VMCLOCK_ERR_NO_DEVICE)
            search->error = error;
    }
    search->region.origin_offset = offset;
    search->stopped = search->visit(search->context, error, &search->region) != 0;
}

/* A block of the tree lies inside it. */
static int search_block_fits(const void *fdt, uint32_t offset, uint32_t length)
{
    return offset <= fdt_totalsize(fdt) && length <= fdt_totalsize(fdt) - offset;
}

/* Whether the header can be believed; if so, where the blocks are. Older versions of libfdt check
 * less of it. */
static int search_read_header(struct fdt_search *search, size_t length)
{
    const void *fdt = search->fdt;

    if (length < sizeof(struct fdt_header) || fdt_check_header(fdt) != 0 ||
        fdt_magic(fdt) != FDT_MAGIC || fdt_version(fdt) < SEARCH_FDT_MIN_VERSION ||
        fdt_totalsize(fdt) > length || fdt_totalsize(fdt) > INT32_MAX ||
        fdt_off_dt_struct(fdt) % FDT_TAGSIZE != 0 ||
        !search_block_fits(fdt, fdt_off_dt_struct(fdt), 0) ||
        !search_block_fits(fdt, fdt_off_dt_strings(fdt), fdt_size_dt_strings(fdt)))
        return VMCLOCK_ERR_FDT;
    search->struct_length = fdt_totalsize(fdt) - fdt_off_dt_struct(fdt);
    if (fdt_version(fdt) >= 17) {
        if (fdt_size_dt_struct(fdt) > search->struct_length)
            return VMCLOCK_ERR_FDT;
        search->struct_length = fdt_size_dt_struct(fdt);
    }
    search->strings = (const char *)fdt + fdt_off_dt_strings(fdt);
    search->strings_length = fdt_size_dt_strings(fdt);
    search->entries_left = fdt_totalsize(fdt);
    return 0;
}

/* The innermost node's properties are complete: what it is for its children, and for us. */
static void search_end_heading(struct fdt_search *search)
{
    uint32_t depth = search->nodes_open - 1;
    int error;

    search->heading = 0;
    if (depth < VMCLOCK_FDT_MAX_DEPTH)
        vmclock_fdt_read_bus(search->values, &search->bus[depth]);
    if (search->disabled == 0 && !vmclock_fdt_status_okay(&search->values[PROPERTY_STATUS]))
        search->disabled = search->nodes_open;
    if (search->disabled != 0 || depth == 0 ||
        !vmclock_fdt_list_has(&search->values[PROPERTY_COMPATIBLE], "amazon,vmclock"))
        return;
    vmclock_region_clear(&search->region, VMCLOCK_SOURCE_FDT);
    error = vmclock_fdt_read_reg(search, depth, &search->region);
    if (!error)
        vmclock_fdt_read_interrupts(&search->values[PROPERTY_INTERRUPTS], &search->region);
    search_report(search, error, search->node_offset);
}

static int search_begin_node(struct fdt_search *search, uint32_t offset)
{
    uint32_t i;

    if (search->heading)
        search_end_heading(search);
    if (search->nodes_open == 0 && search->roots++ != 0)
        return VMCLOCK_ERR_FDT;
    search->nodes_open++;
    search->heading = 1;
    search->node_offset = offset;
    for (i = 0; i < PROPERTY_COUNT; i++)
        search->values[i].data = NULL;
    return 0;
}

static int search_end_node(struct fdt_search *search)
{
    if (search->nodes_open == 0)
        return VMCLOCK_ERR_FDT;
    if (search->heading)
        search_end_heading(search);
    if (search->disabled == search->nodes_open)
        search->disabled = 0;
    search->nodes_open--;
    return 0;
}

/* Of properties with the same name the first counts, as it does for libfdt. */
static int search_read_property(struct fdt_search *search, int offset, int next)
{
    const struct fdt_property *header =
        fdt_offset_ptr(search->fdt, offset, (unsigned int)sizeof(*header));
    uint32_t space = (uint32_t)(next - offset) - (uint32_t)sizeof(*header);
    enum property property;

    /* Properties come before the nodes inside. */
    if (!search->heading || !header || (uint32_t)(next - offset) < sizeof(*header) ||
        fdt32_to_cpu(header->len) > space ||
        fdt32_to_cpu(header->nameoff) >= search->strings_length)
        return VMCLOCK_ERR_FDT;
    property = vmclock_fdt_property(search, fdt32_to_cpu(header->nameoff));
    if (property != PROPERTY_COUNT && !search->values[property].data) {
        search->values[property].data = (const uint8_t *)header + sizeof(*header);
        search->values[property].length = fdt32_to_cpu(header->len);
    }
    return 0;
}

/* One tag. Returns 0 or VMCLOCK_ERR_FDT. */
static int search_read_tag(struct fdt_search *search, uint32_t tag, int offset, int next)
{
    if (next <= offset || (uint32_t)next > search->struct_length)
        return VMCLOCK_ERR_FDT;
    switch (tag) {
    case FDT_BEGIN_NODE:
        return search_begin_node(search, (uint32_t)offset);
    case FDT_END_NODE:
        return search_end_node(search);
    case FDT_PROP:
        return search_read_property(search, offset, next);
    case FDT_END:
        return search->nodes_open == 0 && search->roots != 0 ? 0 : VMCLOCK_ERR_FDT;
    default:
        return 0;
    }
}

/* Up to the end, a stop or an error. */
static void search_walk(struct fdt_search *search)
{
    uint32_t tag = FDT_NOP;
    int offset = 0;
    int next = 0;

    for (; tag != FDT_END && !search->stopped; offset = next) {
        tag = fdt_next_tag(search->fdt, offset, &next);
        if (search_read_tag(search, tag, offset, next) != 0) {
            search_report(search, VMCLOCK_ERR_FDT, (uint32_t)offset);
            return;
        }
    }
}

int vmclock_fdt_enumerate(const void *fdt, size_t length, vmclock_region_visit *visit,
                          void *context)
{
    struct fdt_search search;

    if (!fdt || (vmclock_uintptr)fdt % 8 != 0 || !visit)
        return VMCLOCK_ERR_ARGUMENT;
    search.visit = visit;
    search.context = context;
    search.fdt = fdt;
    search.nodes_open = 0;
    search.disabled = 0;
    search.roots = 0;
    search.heading = 0;
    search.found = 0;
    search.stopped = 0;
    search.error = VMCLOCK_ERR_NO_DEVICE;
    search.region.origin_phys = 0;
    search.region.origin_signature = 0;
    if (search_read_header(&search, length) != 0)
        search_report(&search, VMCLOCK_ERR_FDT, 0);
    else
        search_walk(&search);
    return search.found ? 0 : search.error;
}

int vmclock_fdt_find(const void *fdt, size_t length, struct vmclock_region *region)
{
    if (!region)
        return VMCLOCK_ERR_ARGUMENT;
    return vmclock_fdt_enumerate(fdt, length, vmclock_keep_first, region);
}

int vmclock_fdt_find_all(const void *fdt, size_t length, struct vmclock_region *regions,
                         uint32_t capacity, uint32_t *found)
{
    struct vmclock_collection all;
    int error;

    if ((!regions && capacity != 0) || !found)
        return VMCLOCK_ERR_ARGUMENT;
    all.regions = regions;
    all.capacity = capacity;
    all.found = 0;
    error = vmclock_fdt_enumerate(fdt, length, vmclock_collect, &all);
    if (!error)
        *found = all.found;
    return error;
}
