/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees that break one rule of the format each. */
#include "tree.h"

static struct tree good(void)
{
    struct tree tree;

    tree_init(&tree);
    tree_root(&tree);
    tree_device(&tree, 0x46000000);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    return tree;
}

/* A good tree with one field of the header changed. */
static void expect_header(size_t offset, uint32_t value, int error)
{
    struct tree tree = good();

    assert_int_equal(tree_find(&tree, NULL), 0);
    tree_set(&tree, offset, value);
    assert_int_equal(tree_find(&tree, NULL), error);
    tree_free(&tree);
}

static void header(void **state)
{
    struct tree tree = good();
    uint32_t total = tree_get(&tree, TOTALSIZE), strings = tree_get(&tree, OFF_STRINGS);
    uint32_t structure = tree_get(&tree, OFF_STRUCT);
    (void)state;
    tree_free(&tree);
    expect_header(MAGIC, 0xedfe0dd0, VMCLOCK_ERR_FDT);
    expect_header(MAGIC, ~0xd00dfeedu, VMCLOCK_ERR_FDT); /* libfdt's mark of an unfinished tree */
    expect_header(TOTALSIZE, total + 1, VMCLOCK_ERR_FDT);
    expect_header(TOTALSIZE, total - 1, VMCLOCK_ERR_FDT);
    expect_header(TOTALSIZE, 0, VMCLOCK_ERR_FDT);
    expect_header(TOTALSIZE, 0xffffffff, VMCLOCK_ERR_FDT);
    expect_header(OFF_STRUCT, total + 4, VMCLOCK_ERR_FDT);
    expect_header(OFF_STRUCT, structure + 1, VMCLOCK_ERR_FDT);
    expect_header(OFF_STRUCT, structure + 4, VMCLOCK_ERR_FDT);
    expect_header(OFF_STRUCT, 0xfffffffc, VMCLOCK_ERR_FDT);
    expect_header(OFF_STRINGS, total + 1, VMCLOCK_ERR_FDT);
    expect_header(OFF_STRINGS, strings + 1, VMCLOCK_ERR_FDT);
    expect_header(OFF_STRINGS, 0xffffffff, VMCLOCK_ERR_FDT);
    expect_header(SIZE_STRINGS, total - strings + 1, VMCLOCK_ERR_FDT);
    expect_header(SIZE_STRINGS, 0xffffffff, VMCLOCK_ERR_FDT);
    expect_header(SIZE_STRINGS, 0, VMCLOCK_ERR_FDT);
    expect_header(SIZE_STRUCT, total - structure + 1, VMCLOCK_ERR_FDT);
    expect_header(SIZE_STRUCT, 0xffffffff, VMCLOCK_ERR_FDT);
    expect_header(VERSION, 15, VMCLOCK_ERR_FDT);
    expect_header(VERSION, 0, VMCLOCK_ERR_FDT);
    expect_header(VERSION, 18, 0); /* newer, but compatible */
    expect_header(LAST_COMP_VERSION, 17, 0);
    expect_header(LAST_COMP_VERSION, 18, VMCLOCK_ERR_FDT);
}

/* Nothing of a tree is read beyond the length, not even its header. */
static void short_lengths(void **state)
{
    struct tree tree = good();
    struct vmclock_region region;
    uint8_t *part;
    size_t length;
    (void)state;
    for (length = 0; length <= tree.length; length++) {
        part = malloc(length + 1);
        memcpy(part, tree.bytes, length);
        part = realloc(part, length != 0 ? length : 1);
        assert_int_equal(vmclock_fdt_find(part, length, &region),
                         length == tree.length ? 0 : VMCLOCK_ERR_FDT);
        free(part);
    }
    tree_free(&tree);
}

/* The structure block is the given tags, up to a 0, and an end tag. */
static void expect_tags(int error, const uint32_t *tags)
{
    struct tree tree;

    tree_init(&tree);
    for (; *tags != 0; tags++) {
        if (*tags == BEGIN_NODE)
            tree_begin(&tree, "");
        else if (*tags == PROP)
            tree_cells(&tree, "some", 1, 0u);
        else
            tree_tag(&tree, *tags);
    }
    tree_finish(&tree);
    assert_int_equal(tree_find(&tree, NULL), error);
    tree_free(&tree);
}

#define TAGS(error, ...) expect_tags(error, (const uint32_t[]){__VA_ARGS__, 0})

static void order_of_tags(void **state)
{
    (void)state;
    TAGS(VMCLOCK_ERR_NO_DEVICE, BEGIN_NODE, END_NODE);
    TAGS(VMCLOCK_ERR_NO_DEVICE, BEGIN_NODE, PROP, BEGIN_NODE, END_NODE, END_NODE);
    TAGS(VMCLOCK_ERR_FDT, NOP); /* no root */
    TAGS(VMCLOCK_ERR_FDT, PROP);
    TAGS(VMCLOCK_ERR_FDT, END_NODE);
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE); /* not ended */
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE, BEGIN_NODE, END_NODE);
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE, END_NODE, END_NODE);
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE, END_NODE, PROP);
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE, END_NODE, BEGIN_NODE, END_NODE); /* two roots */
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE, BEGIN_NODE, END_NODE, PROP, END_NODE);
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE, 5, END_NODE); /* no such tag */
    TAGS(VMCLOCK_ERR_FDT, BEGIN_NODE, 0x01000000, END_NODE);
}

/* A device's property with a length and a name of its own, at the end of its node. */
static void expect_property(uint32_t length, uint32_t name, int error)
{
    struct tree tree;

    tree_init(&tree);
    tree_root(&tree);
    tree_device(&tree, 0x46000000);
    tree_tag(&tree, PROP);
    tree_tag(&tree, length);
    tree_tag(&tree, name);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    assert_int_equal(tree_find(&tree, NULL), error);
    tree_free(&tree);
}

static void properties(void **state)
{
    (void)state;
    expect_property(0, 0, 0);
    expect_property(0, 1, 0); /* "address-cells" */
    expect_property(0x7fffffff, 0, VMCLOCK_ERR_FDT);
    expect_property(0xfffffff0, 0, VMCLOCK_ERR_FDT);
    expect_property(0xffffffff, 0, VMCLOCK_ERR_FDT);
    expect_property(16, 0, VMCLOCK_ERR_FDT); /* the end tag is in it */
    expect_property(0, 0x7fffffff, VMCLOCK_ERR_FDT);
    expect_property(0, 0xffffffff, VMCLOCK_ERR_FDT);
    expect_property(0, 200, VMCLOCK_ERR_FDT);
}

/* The last name of the strings block lacks its end: it is no name. */
static void open_string(void **state)
{
    struct tree tree;
    (void)state;
    tree_init(&tree);
    tree_root(&tree);
    tree_begin(&tree, "vmclock");
    tree_text(&tree, "compatible", "amazon,vmclock");
    tree_cells(&tree, "reg", 4, 0u, 1u, 0u, 1u);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    assert_int_equal(tree_find(&tree, NULL), 0);
    tree_set(&tree, SIZE_STRINGS, tree_get(&tree, SIZE_STRINGS) - 1);
    assert_int_equal(tree_find(&tree, NULL), VMCLOCK_ERR_RESOURCE);
    tree_free(&tree);
}

static int count_errors(void *context, int error, const struct vmclock_region *region)
{
    int *errors = context;

    (void)region;
    errors[error == 0 ? 0 : 1]++;
    return 0;
}

/* What was found before the damage counts, and the damage is told. A refusal tells more than it. */
static void damage_behind_a_device(void **state)
{
    struct tree tree;
    int errors[2] = {0, 0};
    (void)state;
    tree_init(&tree);
    tree_root(&tree);
    tree_device(&tree, 0x46000000);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, 77);
    tree_finish(&tree);
    assert_int_equal(vmclock_fdt_enumerate(tree.bytes, tree.length, count_errors, errors), 0);
    assert_int_equal(errors[0], 1);
    assert_int_equal(errors[1], 1);
    tree_free(&tree);
    tree_root(&tree);
    tree_begin(&tree, "refused");
    tree_text(&tree, "compatible", "amazon,vmclock");
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, 77);
    tree_finish(&tree);
    assert_int_equal(tree_find(&tree, NULL), VMCLOCK_ERR_RESOURCE);
    tree_free(&tree);
}

/* So many refused devices that the entries of ranges above them could not all be looked at in a time
 * that is linear in the tree: at some point a good one is refused too. */
static void ranges_without_end(void **state)
{
    struct tree tree;
    unsigned i;
    (void)state;
    for (i = 0; i < 2; i++) {
        unsigned j, devices = i == 0 ? 1 : 400;

        tree_init(&tree);
        tree_root(&tree);
        tree_begin(&tree, "bus");
        tree_cells(&tree, "#address-cells", 1, 1u);
        tree_cells(&tree, "#size-cells", 1, 1u);
        tree_tag(&tree, PROP);
        tree_tag(&tree, 16 * 1000);
        tree_tag(&tree, (uint32_t)tree.strings_length);
        memcpy(tree.strings + tree.strings_length, "ranges", 7);
        tree.strings_length += 7;
        for (j = 0; j < 1000; j++) {
            tree_tag(&tree, j == 999 ? 0 : 0xffffffff);
            tree_tag(&tree, 0);
            tree_tag(&tree, 0x46000000);
            tree_tag(&tree, 0x1000);
        }
        for (j = 0; j < devices; j++) {
            tree_begin(&tree, "vmclock");
            tree_text(&tree, "compatible", "amazon,vmclock");
            tree_cells(&tree, "reg", 2, j == devices - 1 ? 0u : 0x10000u, 0x1000u);
            tree_tag(&tree, END_NODE);
        }
        tree_tag(&tree, END_NODE);
        tree_tag(&tree, END_NODE);
        tree_finish(&tree);
        assert_int_equal(tree_find(&tree, NULL), i == 0 ? 0 : VMCLOCK_ERR_RESOURCE);
        tree_free(&tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header),
        cmocka_unit_test(short_lengths),
        cmocka_unit_test(order_of_tags),
        cmocka_unit_test(properties),
        cmocka_unit_test(open_string),
        cmocka_unit_test(damage_behind_a_device),
        cmocka_unit_test(ranges_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
