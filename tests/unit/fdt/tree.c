/* SPDX-License-Identifier: BSD-2-Clause */
#include "tree.h"

/* Room is made in powers of two, so that trees of a MiB take no time. */
static void grow(struct tree *tree, size_t length)
{
    while (tree->length + length > tree->room) {
        tree->room = tree->room == 0 ? 256 : 2 * tree->room;
        tree->bytes = realloc(tree->bytes, tree->room);
    }
    memset(tree->bytes + tree->length, 0, length);
    tree->length += length;
}

void tree_init(struct tree *tree)
{
    memset(tree, 0, sizeof *tree);
}

uint32_t tree_get(const struct tree *tree, size_t offset)
{
    const uint8_t *at = tree->bytes + offset;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void tree_set(struct tree *tree, size_t offset, uint32_t value)
{
    unsigned i;

    for (i = 0; i < 4; i++)
        tree->bytes[offset + i] = (uint8_t)(value >> (24 - 8 * i));
}

void tree_tag(struct tree *tree, uint32_t tag)
{
    grow(tree, 4);
    tree_set(tree, tree->length - 4, tag);
}

void tree_bytes(struct tree *tree, const void *bytes, size_t length)
{
    size_t at = tree->length;

    grow(tree, (length + 3) / 4 * 4);
    if (length != 0)
        memcpy(tree->bytes + at, bytes, length);
}

void tree_begin(struct tree *tree, const char *name)
{
    tree_tag(tree, BEGIN_NODE);
    tree_bytes(tree, name, strlen(name) + 1);
}

static uint32_t string_offset(struct tree *tree, const char *name)
{
    size_t at;

    for (at = 0; at < tree->strings_length; at += strlen(tree->strings + at) + 1) {
        if (strcmp(tree->strings + at, name) == 0)
            return (uint32_t)at;
    }
    assert_true(at + strlen(name) < sizeof tree->strings);
    memcpy(tree->strings + at, name, strlen(name) + 1);
    tree->strings_length += strlen(name) + 1;
    return (uint32_t)at;
}

void tree_prop(struct tree *tree, const char *name, const void *value, size_t length)
{
    tree_tag(tree, PROP);
    tree_tag(tree, (uint32_t)length);
    tree_tag(tree, string_offset(tree, name));
    tree_bytes(tree, value, length);
}

void tree_cells(struct tree *tree, const char *name, size_t count, ...)
{
    va_list cells;

    tree_tag(tree, PROP);
    tree_tag(tree, (uint32_t)(4 * count));
    tree_tag(tree, string_offset(tree, name));
    va_start(cells, count);
    while (count-- != 0)
        tree_tag(tree, va_arg(cells, uint32_t));
    va_end(cells);
}

void tree_text(struct tree *tree, const char *name, const char *value)
{
    tree_prop(tree, name, value, strlen(value) + 1);
}

void tree_root(struct tree *tree)
{
    tree_begin(tree, "");
    tree_cells(tree, "#address-cells", 1, 2u);
    tree_cells(tree, "#size-cells", 1, 2u);
}

void tree_device(struct tree *tree, uint32_t address)
{
    tree_begin(tree, "vmclock");
    tree_text(tree, "compatible", "amazon,vmclock");
    tree_cells(tree, "reg", 4, 0u, address, 0u, 0x1000u);
}

void tree_finish(struct tree *tree)
{
    size_t size_struct, total;
    uint8_t *whole;

    tree_tag(tree, END);
    size_struct = tree->length;
    total = HEADER_SIZE + 16 + size_struct + tree->strings_length;
    whole = calloc(1, total);
    memcpy(whole + HEADER_SIZE + 16, tree->bytes, size_struct);
    memcpy(whole + HEADER_SIZE + 16 + size_struct, tree->strings, tree->strings_length);
    free(tree->bytes);
    tree->bytes = whole;
    tree->length = total;
    tree_set(tree, MAGIC, 0xd00dfeed);
    tree_set(tree, TOTALSIZE, (uint32_t)total);
    tree_set(tree, OFF_STRUCT, HEADER_SIZE + 16);
    tree_set(tree, OFF_STRINGS, (uint32_t)(HEADER_SIZE + 16 + size_struct));
    tree_set(tree, 16, HEADER_SIZE); /* the reserved entries: only the last, empty one */
    tree_set(tree, VERSION, 17);
    tree_set(tree, LAST_COMP_VERSION, 16);
    tree_set(tree, SIZE_STRINGS, (uint32_t)tree->strings_length);
    tree_set(tree, SIZE_STRUCT, (uint32_t)size_struct);
}

void tree_free(struct tree *tree)
{
    free(tree->bytes);
    tree_init(tree);
}

int tree_find(const struct tree *tree, struct vmclock_region *region)
{
    struct vmclock_region unused;

    return vmclock_fdt_find(tree->bytes, tree->length, region != NULL ? region : &unused);
}
