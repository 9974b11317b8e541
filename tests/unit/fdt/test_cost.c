/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work of a search grows with the tree and not faster. Drivers and libfdt are compiled for this
 * test with a call at each basic block (-fsanitize-coverage=trace-pc), which counts work without a
 * clock.
 */
#include <stdio.h>
#include "tree.h"

void __sanitizer_cov_trace_pc(void);

static uint64_t blocks_run;

void __sanitizer_cov_trace_pc(void)
{
    blocks_run++;
}

/* What a tree is made of: begin and end once, piece again and again up to the size. */
struct shape {
    const char *name;
    void (*begin)(struct tree *tree);
    void (*piece)(struct tree *tree, unsigned n);
    void (*end)(struct tree *tree, unsigned pieces);
    int expected;
};

static double blocks_per_byte(const struct shape *shape, size_t bytes)
{
    struct tree tree;
    uint64_t before;
    double cost;
    unsigned n;

    tree_init(&tree);
    tree_root(&tree);
    if (shape->begin != NULL)
        shape->begin(&tree);
    for (n = 0; tree.length < bytes; n++)
        shape->piece(&tree, n);
    if (shape->end != NULL)
        shape->end(&tree, n);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    before = blocks_run;
    assert_int_equal(tree_find(&tree, NULL), shape->expected);
    cost = (double)(blocks_run - before) / (double)tree.length;
    tree_free(&tree);
    return cost;
}

static void nodes(struct tree *tree, unsigned n)
{
    (void)n;
    tree_begin(tree, "node");
    tree_text(tree, "compatible", "other,thing");
    tree_cells(tree, "reg", 2, 1u, 2u);
    tree_tag(tree, END_NODE);
}

static void nested(struct tree *tree, unsigned n)
{
    (void)n;
    tree_begin(tree, "n");
    tree_cells(tree, "#size-cells", 1, 1u);
}

static void nested_end(struct tree *tree, unsigned pieces)
{
    while (pieces-- != 0)
        tree_tag(tree, END_NODE);
}

static void refused_nested(struct tree *tree, unsigned n)
{
    (void)n;
    tree_begin(tree, "n");
    tree_text(tree, "compatible", "amazon,vmclock");
}

static void properties(struct tree *tree, unsigned n)
{
    (void)n;
    tree_cells(tree, "#size-cell", 1, 0u);
}

static void nops(struct tree *tree, unsigned n)
{
    (void)n;
    tree_tag(tree, NOP);
}

/* A compatible list that never is ours. */
static void list_begin(struct tree *tree)
{
    tree_begin(tree, "list");
    tree_prop(tree, "compatible", NULL, 0);
}

static void list(struct tree *tree, unsigned n)
{
    (void)n;
    tree_bytes(tree, "amazon,vmcloc\0\0", 16);
}

static void list_end(struct tree *tree, unsigned pieces)
{
    size_t at = tree->length - 16 * (size_t)pieces - 8;

    tree_set(tree, at, 16 * pieces);
    tree_tag(tree, END_NODE);
}

/* As many devices as entries of ranges above them, none of which has their address. */
static void ranges(struct tree *tree, unsigned n)
{
    (void)n;
    tree_begin(tree, "vmclock");
    tree_text(tree, "compatible", "amazon,vmclock");
    tree_cells(tree, "reg", 4, 0u, 0x10000000u, 0u, 1u);
    tree_tag(tree, END_NODE);
}

static size_t ranges_bytes;

static void ranges_begin(struct tree *tree)
{
    uint8_t *entries = calloc(1, ranges_bytes);

    tree_begin(tree, "bus");
    tree_cells(tree, "#address-cells", 1, 2u);
    tree_cells(tree, "#size-cells", 1, 2u);
    tree_prop(tree, "ranges", entries, ranges_bytes);
    free(entries);
}

static void end_node(struct tree *tree, unsigned pieces)
{
    (void)pieces;
    tree_tag(tree, END_NODE);
}

/* Names that do not end: all properties are called by the whole rest of the strings block. */
static void long_name(struct tree *tree, unsigned n)
{
    (void)n;
    tree_tag(tree, PROP);
    tree_tag(tree, 0);
    tree_tag(tree, 0);
}

static const struct shape shapes[] = {
    {"nodes", NULL, nodes, NULL, VMCLOCK_ERR_NO_DEVICE},
    {"nested nodes", NULL, nested, nested_end, VMCLOCK_ERR_NO_DEVICE},
    {"nested refused devices", NULL, refused_nested, nested_end, VMCLOCK_ERR_RESOURCE},
    {"properties", NULL, properties, NULL, VMCLOCK_ERR_NO_DEVICE},
    {"empty properties", NULL, long_name, NULL, VMCLOCK_ERR_NO_DEVICE},
    {"nops", NULL, nops, NULL, VMCLOCK_ERR_NO_DEVICE},
    {"a list of names", list_begin, list, list_end, VMCLOCK_ERR_NO_DEVICE},
    {"devices below ranges", ranges_begin, ranges, end_node, VMCLOCK_ERR_RESOURCE},
};

static void work_is_linear(void **state)
{
    size_t i;
    (void)state;
    for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        double cost[3];
        unsigned k;

        for (k = 0; k < 3; k++) {
            size_t bytes = (size_t)65536 << 2 * k;

            ranges_bytes = bytes / 2 / 24 * 24;
            cost[k] = blocks_per_byte(&shapes[i], bytes);
        }
        printf("%s: %.2f, %.2f, %.2f blocks a byte at 64, 256, 1024 KiB\n", shapes[i].name, cost[0],
               cost[1], cost[2]);
        assert_true(cost[0] > 0.1);
        for (k = 1; k < 3; k++)
            assert_true(cost[k] < cost[0] * 1.2 && cost[0] < cost[k] * 1.2);
    }
}

/* A strings block of one endless name costs no more than a short one. */
static void long_names(void **state)
{
    double cost[2];
    unsigned k;
    (void)state;
    for (k = 0; k < 2; k++) {
        struct tree tree;
        uint64_t before;
        uint32_t offset;
        unsigned n;

        tree_init(&tree);
        tree_begin(&tree, "");
        for (n = 0; n < 1000; n++)
            long_name(&tree, n);
        tree_tag(&tree, END_NODE);
        tree_finish(&tree);
        offset = (uint32_t)tree.length;
        tree.bytes = realloc(tree.bytes, tree.length + 1000000);
        memset(tree.bytes + offset, 'x', 1000000);
        tree.length += k == 0 ? 10 : 1000000;
        tree_set(&tree, TOTALSIZE, (uint32_t)tree.length);
        tree_set(&tree, OFF_STRINGS, offset);
        tree_set(&tree, SIZE_STRINGS, (uint32_t)tree.length - offset);
        before = blocks_run;
        assert_int_equal(tree_find(&tree, NULL), VMCLOCK_ERR_NO_DEVICE);
        cost[k] = (double)(blocks_run - before);
        tree_free(&tree);
    }
    printf("names of 10 and of a million bytes: %.0f and %.0f blocks\n", cost[0], cost[1]);
    assert_true(cost[0] > 1000 && cost[1] < cost[0] * 1.2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_linear),
        cmocka_unit_test(long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
