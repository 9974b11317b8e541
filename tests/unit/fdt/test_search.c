/* SPDX-License-Identifier: BSD-2-Clause */
/* What the three functions give of trees that the corpus cannot show. */
#include "tree.h"

static struct tree two_and_a_refused(void)
{
    struct tree tree;

    tree_init(&tree);
    tree_root(&tree);
    tree_begin(&tree, "refused");
    tree_text(&tree, "compatible", "amazon,vmclock");
    tree_tag(&tree, END_NODE);
    tree_device(&tree, 0x46000000);
    tree_cells(&tree, "interrupts", 2, 7u, 8u);
    tree_tag(&tree, END_NODE);
    tree_device(&tree, 0x47000000);
    tree_tag(&tree, END_NODE);
    tree_device(&tree, 0x46000000);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    return tree;
}

static void find_gives_the_first(void **state)
{
    struct tree tree = two_and_a_refused();
    struct vmclock_region region;
    (void)state;
    memset(&region, 0xa5, sizeof region);
    assert_int_equal(tree_find(&tree, &region), 0);
    assert_int_equal(region.phys, 0x46000000);
    assert_int_equal(region.length, 0x1000);
    assert_int_equal(region.source, VMCLOCK_SOURCE_FDT);
    assert_int_equal(region.origin_phys, 0);
    assert_int_equal(region.origin_signature, 0);
    assert_int_equal(tree_get(&tree, HEADER_SIZE + 16 + region.origin_offset), BEGIN_NODE);
    assert_string_equal((char *)tree.bytes + HEADER_SIZE + 16 + region.origin_offset + 4,
                        "vmclock");
    assert_int_equal(region.interrupt_cells, 2);
    assert_int_equal(region.interrupt[0], 7);
    assert_int_equal(region.interrupt[1], 8);
    assert_int_equal(region.interrupt[2], 0);
    assert_int_equal(region.interrupt[3], 0);
    tree_free(&tree);
}

static void find_all_counts_a_range_once(void **state)
{
    struct tree tree = two_and_a_refused();
    struct vmclock_region regions[3];
    uint32_t found = 99;
    (void)state;
    assert_int_equal(vmclock_fdt_find_all(tree.bytes, tree.length, regions, 3, &found), 0);
    assert_int_equal(found, 2);
    assert_int_equal(regions[0].phys, 0x46000000);
    assert_int_equal(regions[0].interrupt_cells, 2);
    assert_int_equal(regions[1].phys, 0x47000000);
    assert_int_equal(regions[1].interrupt_cells, 0);
    assert_int_equal(vmclock_fdt_find_all(tree.bytes, tree.length, regions, 1, &found), 0);
    assert_int_equal(found, 2);
    assert_int_equal(vmclock_fdt_find_all(tree.bytes, tree.length, NULL, 0, &found), 0);
    assert_int_equal(found, 3);
    tree_free(&tree);
}

/* At one address, but not of one length; the second comes twice. */
static void find_all_tells_lengths_apart(void **state)
{
    struct vmclock_region regions[3];
    struct tree tree;
    uint32_t found;
    (void)state;
    tree_init(&tree);
    tree_root(&tree);
    for (int i = 0; i < 3; i++) {
        tree_begin(&tree, "vmclock");
        tree_text(&tree, "compatible", "amazon,vmclock");
        tree_cells(&tree, "reg", 4, 0u, 0x46000000u, 0u, i == 0 ? 0x1000u : 0x2000u);
        tree_tag(&tree, END_NODE);
    }
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    assert_int_equal(vmclock_fdt_find_all(tree.bytes, tree.length, regions, 3, &found), 0);
    assert_int_equal(found, 2);
    assert_int_equal(regions[0].phys, regions[1].phys);
    assert_int_equal(regions[0].length, 0x1000);
    assert_int_equal(regions[1].length, 0x2000);
    tree_free(&tree);
}

static void failures_leave_the_result(void **state)
{
    struct tree tree = two_and_a_refused();
    struct vmclock_region region, before;
    uint32_t found = 99;
    (void)state;
    memset(&region, 0xa5, sizeof region);
    before = region;
    tree.bytes[MAGIC]++;
    assert_int_equal(tree_find(&tree, &region), VMCLOCK_ERR_FDT);
    assert_int_equal(vmclock_fdt_find_all(tree.bytes, tree.length, &region, 1, &found),
                     VMCLOCK_ERR_FDT);
    assert_memory_equal(&region, &before, sizeof region);
    assert_int_equal(found, 99);
    tree_free(&tree);
}

struct visits {
    int errors[8];
    unsigned count;
    unsigned limit;
};

static int visit(void *context, int error, const struct vmclock_region *region)
{
    struct visits *visits = context;

    visits->errors[visits->count++] = error;
    if (error != 0) {
        assert_int_equal(region->length, 0);
        assert_int_equal(region->interrupt_cells, 0);
    }
    return visits->count == visits->limit;
}

static void enumerate_visits_all_until_told(void **state)
{
    struct tree tree = two_and_a_refused();
    struct visits visits = {{0}, 0, 8};
    (void)state;
    assert_int_equal(vmclock_fdt_enumerate(tree.bytes, tree.length, visit, &visits), 0);
    assert_int_equal(visits.count, 4);
    assert_int_equal(visits.errors[0], VMCLOCK_ERR_RESOURCE);
    assert_int_equal(visits.errors[1] | visits.errors[2] | visits.errors[3], 0);
    visits.count = 0;
    visits.limit = 2;
    assert_int_equal(vmclock_fdt_enumerate(tree.bytes, tree.length, visit, &visits), 0);
    assert_int_equal(visits.count, 2);
    visits.count = 0;
    visits.limit = 1;
    assert_int_equal(vmclock_fdt_enumerate(tree.bytes, tree.length, visit, &visits),
                     VMCLOCK_ERR_RESOURCE);
    assert_int_equal(visits.count, 1);
    tree_free(&tree);
}

static void arguments(void **state)
{
    struct tree tree = two_and_a_refused();
    struct vmclock_region region;
    uint32_t found;
    (void)state;
    assert_int_equal(vmclock_fdt_find(NULL, 4096, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_fdt_find(tree.bytes + 4, tree.length - 4, &region),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_fdt_find(tree.bytes, tree.length, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_fdt_find_all(tree.bytes, tree.length, NULL, 1, &found),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_fdt_find_all(tree.bytes, tree.length, &region, 1, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_fdt_enumerate(tree.bytes, tree.length, NULL, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    tree_free(&tree);
}

/* As libfdt takes the first of two properties with one name. */
static void first_of_two_properties(void **state)
{
    struct tree tree;
    struct vmclock_region region;
    (void)state;
    tree_init(&tree);
    tree_root(&tree);
    tree_device(&tree, 0x46000000);
    tree_cells(&tree, "reg", 1, 1u);
    tree_text(&tree, "compatible", "other");
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    assert_int_equal(tree_find(&tree, &region), 0);
    assert_int_equal(region.phys, 0x46000000);
    tree_free(&tree);
}

static void nops_are_nothing(void **state)
{
    struct tree tree;
    unsigned i;
    (void)state;
    tree_init(&tree);
    tree_tag(&tree, NOP);
    tree_begin(&tree, "");
    tree_tag(&tree, NOP);
    tree_cells(&tree, "#address-cells", 1, 2u);
    tree_tag(&tree, NOP);
    tree_cells(&tree, "#size-cells", 1, 2u);
    for (i = 0; i < 100; i++)
        tree_tag(&tree, NOP);
    tree_device(&tree, 0x46000000);
    tree_tag(&tree, NOP);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, NOP);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, NOP);
    tree_finish(&tree);
    assert_int_equal(tree_find(&tree, NULL), 0);
    tree_free(&tree);
}

/* More is readable than the tree has. */
static void length_may_be_more(void **state)
{
    struct tree tree = two_and_a_refused();
    struct vmclock_region region;
    (void)state;
    tree.bytes = realloc(tree.bytes, tree.length + 64);
    memset(tree.bytes + tree.length, 0xff, 64);
    assert_int_equal(vmclock_fdt_find(tree.bytes, tree.length + 64, &region), 0);
    assert_int_equal(vmclock_fdt_find(tree.bytes, SIZE_MAX, &region), 0);
    tree_free(&tree);
}

/* What is disabled in it does not end with a disabled node inside. */
static void disabled_in_a_disabled_bus(void **state)
{
    struct tree tree;
    struct vmclock_region region;
    (void)state;
    tree_init(&tree);
    tree_root(&tree);
    tree_begin(&tree, "bus");
    tree_text(&tree, "status", "disabled");
    tree_cells(&tree, "#address-cells", 1, 2u);
    tree_cells(&tree, "#size-cells", 1, 2u);
    tree_cells(&tree, "ranges", 0);
    tree_begin(&tree, "inner");
    tree_text(&tree, "status", "disabled");
    tree_tag(&tree, END_NODE);
    tree_device(&tree, 0x46000000);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_device(&tree, 0x47000000);
    tree_cells(&tree, "interrupts", 5, 1u, 2u, 3u, 4u, 5u);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    assert_int_equal(tree_find(&tree, &region), 0);
    assert_int_equal(region.phys, 0x47000000);
    assert_int_equal(region.interrupt_cells, 4);
    for (uint32_t i = 0; i < region.interrupt_cells; i++)
        assert_int_equal(region.interrupt[i], i + 1);
    tree_free(&tree);
}

struct refused {
    struct vmclock_region region;
    int error;
};

static int keep_refused(void *context, int error, const struct vmclock_region *region)
{
    struct refused *refused = context;

    if (error) {
        refused->error = error;
        refused->region = *region;
    }
    return 0;
}

/* Of what is refused nothing is told but where it is: not what was read before, or of it. */
static void assert_nothing_told(const struct tree *tree, int error, const char *where)
{
    struct refused refused = {{0}, 0};

    assert_int_equal(vmclock_fdt_enumerate(tree->bytes, tree->length, keep_refused, &refused), 0);
    assert_int_equal(refused.error, error);
    assert_int_equal(refused.region.phys, 0);
    assert_int_equal(refused.region.length, 0);
    assert_int_equal(refused.region.interrupt_cells, 0);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(refused.region.interrupt[i], 0);
    assert_int_equal(refused.region.source, VMCLOCK_SOURCE_FDT);
    if (where)
        assert_string_equal(
            (char *)tree->bytes + HEADER_SIZE + 16 + refused.region.origin_offset + 4, where);
}

static void device_then(struct tree *tree)
{
    tree_init(tree);
    tree_root(tree);
    tree_device(tree, 0x46000000);
    tree_cells(tree, "interrupts", 4, 1u, 2u, 3u, 4u);
    tree_tag(tree, END_NODE);
}

static void region_of_an_error(void **state)
{
    struct tree tree;
    (void)state;
    device_then(&tree);
    tree_begin(&tree, "refused");
    tree_text(&tree, "compatible", "amazon,vmclock");
    tree_cells(&tree, "reg", 4, 0u, 0x46000000u, 0u, 0u);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    assert_nothing_told(&tree, VMCLOCK_ERR_RESOURCE, "refused");
    tree_free(&tree);
    device_then(&tree); /* and the root does not end */
    tree_finish(&tree);
    assert_nothing_told(&tree, VMCLOCK_ERR_FDT, NULL);
    tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_gives_the_first),
        cmocka_unit_test(find_all_counts_a_range_once),
        cmocka_unit_test(find_all_tells_lengths_apart),
        cmocka_unit_test(failures_leave_the_result),
        cmocka_unit_test(enumerate_visits_all_until_told),
        cmocka_unit_test(arguments),
        cmocka_unit_test(first_of_two_properties),
        cmocka_unit_test(nops_are_nothing),
        cmocka_unit_test(length_may_be_more),
        cmocka_unit_test(disabled_in_a_disabled_bus),
        cmocka_unit_test(region_of_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
