/* SPDX-License-Identifier: BSD-2-Clause */
/* The stack that a search takes, libfdt's part included: the deepest device, with ranges. */
#include <stdio.h>
#include "tests/unit/stack.h"
#include "tree.h"

#define STACK_LIMIT 1024

static struct tree tree;
static int result;

static void search(void)
{
    static struct vmclock_region region;

    result = tree_find(&tree, &region);
}

static void stack(void **state)
{
    size_t bytes;
    unsigned i;
    (void)state;
    tree_init(&tree);
    tree_root(&tree);
    for (i = 1; i < VMCLOCK_FDT_MAX_DEPTH; i++) {
        tree_begin(&tree, "bus");
        tree_cells(&tree, "#address-cells", 1, 2u);
        tree_cells(&tree, "#size-cells", 1, 2u);
        tree_cells(&tree, "ranges", 6, 0u, 0x40000000u, 0u, 0x40000000u, 0u, 0x10000000u);
    }
    tree_device(&tree, 0x46000000);
    tree_cells(&tree, "interrupts", 3, 1u, 2u, 3u);
    for (i = 0; i <= VMCLOCK_FDT_MAX_DEPTH; i++)
        tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    bytes = stack_used(search);
    printf("stack of a search: %zu bytes\n", bytes);
    assert_int_equal(result, 0);
    assert_true(bytes <= STACK_LIMIT);
    tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
