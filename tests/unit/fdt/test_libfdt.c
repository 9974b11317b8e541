/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A libfdt that finds nothing wrong and writes nothing, or what cannot be, from some tag on.
 */
#include <libfdt.h>
#include "tree.h"

enum { GOOD, UNWRITTEN, BACK, FAR_BACK, BEYOND, FAR_BEYOND, NOWHERE, SHORT, CUT };
static int fault;         /* one of these, ... */
static unsigned fault_at; /* ... from this tag on, counted from 0 */
static unsigned tags;     /* asked for */

int fdt_check_header(const void *fdt)
{
    (void)fdt;
    return 0;
}

const void *fdt_offset_ptr(const void *fdt, int offset, unsigned int length)
{
    (void)length;
    if (fault == NOWHERE && tags > fault_at) {
        return NULL;
    }
    return (const uint8_t *)fdt + fdt_off_dt_struct(fdt) + offset;
}

static int length_of(const uint8_t *tag)
{
    switch (fdt32_ld((const fdt32_t *)tag)) {
    case BEGIN_NODE:
        return (int)(4 + strlen((const char *)tag + 4) + 1 + 3) & ~3;
    case PROP:
        return (int)(12 + fdt32_ld((const fdt32_t *)(tag + 4)) + 3) & ~3;
    default:
        return 4;
    }
}

uint32_t fdt_next_tag(const void *fdt, int offset, int *next)
{
    const uint8_t *tag = (const uint8_t *)fdt + fdt_off_dt_struct(fdt) + offset;
    const int good = offset + length_of(tag);
    const int property = fdt32_ld((const fdt32_t *)tag) == PROP;
    const int bad[] = {good,
                       *next,
                       offset,
                       INT32_MIN,
                       (int)fdt_size_dt_struct(fdt) + 4,
                       INT32_MAX,
                       good,
                       property ? offset + 8 : good,
                       property ? good - 4 : good};
    *next = bad[tags++ < fault_at ? GOOD : fault];
    return fdt32_ld((const fdt32_t *)tag);
}

static struct tree good_tree(void)
{
    struct vmclock_region region;
    struct tree tree;
    tree_init(&tree);
    tree_root(&tree);
    tree_device(&tree, 0x46000000);
    tree_tag(&tree, END_NODE);
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    fault = GOOD;
    assert_int_equal(tree_find(&tree, &region), 0);
    assert_int_equal(region.phys, 0x46000000);
    return tree;
}

/* Until it is met no more, as the device was found before. */
static void next_tag(void **state)
{
    struct tree tree = good_tree();
    (void)state;
    for (int kind = UNWRITTEN; kind <= FAR_BEYOND; kind++) {
        fault = kind;
        fault_at = 0;
        for (;;) {
            struct vmclock_region region = {.phys = 1};
            tags = 0;
            const int error = tree_find(&tree, &region);
            if (tags <= fault_at) {
                assert_int_equal(error, 0);
                break;
            }
            assert_int_equal(error, VMCLOCK_ERR_FDT);
            assert_int_equal(region.phys, 1);
            assert_int_equal(tags, ++fault_at);
        }
        assert_in_range(fault_at, 7, 20);
    }
    tree_free(&tree);
}

/* Properties that end in their own header, or before their value does. */
static void end_of_properties(void **state)
{
    struct tree tree = good_tree();
    (void)state;
    for (int kind = SHORT; kind <= CUT; kind++) {
        fault = kind;
        fault_at = 0;
        tags = 0;
        assert_int_equal(tree_find(&tree, NULL), VMCLOCK_ERR_FDT);
        assert_int_equal(tags, 2); /* the root's first property */
    }
    tree_free(&tree);
}

static void pointer(void **state)
{
    struct tree tree = good_tree();
    (void)state;
    fault = NOWHERE;
    fault_at = 0;
    assert_int_equal(tree_find(&tree, NULL), VMCLOCK_ERR_FDT);
    tree_free(&tree);
}

/* What fdt_check_header lets pass. */
static void header(void **state)
{
    static const struct {
        enum header field;
        uint32_t value;
    } wrong[] = {{MAGIC, 0},
                 {TOTALSIZE, UINT32_MAX},
                 {OFF_STRUCT, UINT32_MAX - 3},
                 {OFF_STRUCT, 57},
                 {OFF_STRINGS, UINT32_MAX},
                 {SIZE_STRINGS, UINT32_MAX},
                 {SIZE_STRUCT, UINT32_MAX},
                 {VERSION, 15}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tree tree = good_tree();
        tree_set(&tree, wrong[i].field, wrong[i].value);
        assert_int_equal(tree_find(&tree, NULL), VMCLOCK_ERR_FDT);
        tree_free(&tree);
    }
}

/* Offsets are libfdt's int. Who calls says how much memory there is; here it is not looked at. */
static void total_size(void **state)
{
    struct tree tree = good_tree();
    struct vmclock_region region;
    (void)state;
    tree_set(&tree, TOTALSIZE, INT32_MAX);
    assert_int_equal(vmclock_fdt_find(tree.bytes, UINT32_MAX, &region), 0);
    tree_set(&tree, TOTALSIZE, (uint32_t)INT32_MAX + 1);
    assert_int_equal(vmclock_fdt_find(tree.bytes, UINT32_MAX, &region), VMCLOCK_ERR_FDT);
    tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_tag), cmocka_unit_test(end_of_properties), cmocka_unit_test(pointer),
        cmocka_unit_test(header),   cmocka_unit_test(total_size),
    };
    return cmocka_run_group_tests_name("fdt.libfdt", tests, NULL, NULL);
}
