/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory behind an image, by device trees: the image is this test's, and so the memory is where it is.
 */
#include "boot/bare/platform.h"
#include "tree.h"

/* As boot/bare/arm/machine.h has them, which does not go with tree.h. */
extern char image_end[], memory_start[];
void tree_open(uint64_t tree_phys);

char image_end[1], memory_start[1];

struct range {
    uint64_t phys, length;
};

static uint64_t image(void)
{
    return (uintptr_t)image_end;
}

static void put_reg(struct tree *tree, const struct range *ranges, size_t count)
{
    uint32_t cells[16];

    for (size_t i = 0; i < 2 * count; i++) {
        const uint64_t value = i % 2 ? ranges[i / 2].length : ranges[i / 2].phys;

        cells[2 * i] = __builtin_bswap32((uint32_t)(value >> 32));
        cells[2 * i + 1] = __builtin_bswap32((uint32_t)value);
    }
    tree_prop(tree, "reg", cells, 16 * count);
}

static void put_node(struct tree *tree, const char *name, const struct range *ranges, size_t count)
{
    tree_begin(tree, name);
    if (!strncmp(name, "memory", 6))
        tree_text(tree, "device_type", "memory");
    put_reg(tree, ranges, count);
    tree_tag(tree, END_NODE);
}

static void begin(struct tree *tree)
{
    tree_init(tree);
    tree_root(tree);
}

/* Ends the tree, and asks. */
static uint64_t heap_end(struct tree *tree)
{
    char *start, *end;

    tree_tag(tree, END_NODE);
    tree_finish(tree);
    tree_open((uintptr_t)tree->bytes);
    platform_heap(&start, &end);
    assert_ptr_equal(start, image_end);
    return (uintptr_t)end;
}

static uint64_t of_memory(const struct range *ranges, size_t count)
{
    struct tree tree;
    uint64_t end;

    begin(&tree);
    put_node(&tree, "memory@0", ranges, count);
    end = heap_end(&tree);
    tree_free(&tree);
    return end;
}

/* A piece that is too short for the tree, which lies somewhere in this test's own memory, to be in it. */
static struct range own(void)
{
    return (struct range){image() - 0x1000, 0x1400};
}

static void pieces(void **state)
{
    const struct range own_last[] = {{image() + 0x800, 0x1000}, own()};
    const struct range hole[] = {own(), {image() + 0x401, 0x1000}};
    const struct range none[] = {{image() + 1, 0x400}, {image() - 0x1000, 0x1000}};
    const struct range endless[] = {{image(), UINT64_MAX}};
    struct tree tree;

    (void)state;
    assert_int_equal(of_memory(&hole[0], 1), image() + 0x400);
    assert_int_equal(of_memory(hole, 2), image() + 0x400);
    assert_int_equal(of_memory(own_last, 2), image() + 0x400);
    assert_int_equal(of_memory(none, 2), image());
    assert_true(of_memory(endless, 1) > image()); /* the tree itself may be behind the image */
    begin(&tree);                                 /* and of two nodes */
    put_node(&tree, "memory@1", hole + 1, 1);
    put_node(&tree, "memory@0", hole, 1);
    assert_int_equal(heap_end(&tree), image() + 0x400);
    tree_free(&tree);
    begin(&tree); /* or none */
    assert_int_equal(heap_end(&tree), image());
    tree_free(&tree);
}

static uint64_t with_reserved(const struct range *ranges, size_t count)
{
    const struct range memory = own();
    struct tree tree;
    uint64_t end;

    begin(&tree);
    put_node(&tree, "memory@0", &memory, 1);
    tree_begin(&tree, "reserved-memory");
    put_node(&tree, "a", ranges, count);
    for (size_t i = count; i-- > 0;)
        put_node(&tree, "b", ranges + i, 1);
    tree_tag(&tree, END_NODE);
    end = heap_end(&tree);
    tree_free(&tree);
    return end;
}

static void reserved(void **state)
{
    const struct range second[] = {{image() + 0x3000, 16}, {image() + 0x300, 16}};
    const struct range within[] = {{image() + 0x200, 0x100}, {image() + 0x280, 0x10}};
    const struct range from_below[] = {{image() - 16, 17}};
    const struct range elsewhere[] = {{image() - 16, 16}, {image() + 0x400, 16}, {image(), 0}};

    (void)state;
    assert_int_equal(with_reserved(second, 2), image() + 0x300);
    assert_int_equal(with_reserved(within, 2), image() + 0x200);
    assert_int_equal(with_reserved(from_below, 1), image());
    assert_int_equal(with_reserved(elsewhere, 3), image() + 0x400);
}

/* The page, although nothing says that it is reserved. */
static void the_page(void **state)
{
    const struct range memory = own(), page = {image() + 0x180, 0x100};
    struct tree tree;

    (void)state;
    begin(&tree);
    put_node(&tree, "memory@0", &memory, 1);
    tree_begin(&tree, "vmclock");
    tree_text(&tree, "compatible", "amazon,vmclock");
    put_reg(&tree, &page, 1);
    tree_tag(&tree, END_NODE);
    assert_int_equal(heap_end(&tree), image() + 0x180);
    tree_free(&tree);
}

/* The tree itself lies in the memory. */
static void the_tree(void **state)
{
    struct range memory;
    struct tree tree;
    uint64_t low, high;

    (void)state;
    begin(&tree);
    low = image() < (uintptr_t)tree.bytes ? image() : (uintptr_t)tree.bytes;
    high = image() + (uintptr_t)tree.bytes - low;
    memory = (struct range){low, high - low + (1 << 20)};
    put_node(&tree, "memory@0", &memory, 1);
    high = heap_end(&tree);
    if ((uintptr_t)tree.bytes > image())
        assert_int_equal(high, (uintptr_t)tree.bytes);
    else
        assert_int_equal(high, image() + (1 << 20));
    tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces),
        cmocka_unit_test(reserved),
        cmocka_unit_test(the_page),
        cmocka_unit_test(the_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
