/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever is done to the bytes of the given trees gives a named result without an access outside: the
 * build has the address sanitizer, and each copy ends where its memory ends.
 *
 * test_fdt_changes [--step N] FILE...   N: only every Nth length and byte, of large trees
 */
#include <stdio.h>
#include "tree.h"

static unsigned long searches, found, step = 1;

/* Whatever is found must be a usable range. */
static int check_range(void *context, int error, const struct vmclock_region *region)
{
    (void)context;
    assert_true(error == 0 || error == VMCLOCK_ERR_FDT || error == VMCLOCK_ERR_RESOURCE);
    if (error == 0) {
        assert_true(region->length != 0);
        assert_true(region->phys <= UINT64_MAX - region->length);
        assert_true(region->interrupt_cells <= VMCLOCK_REGION_INTERRUPT_CELLS);
    }
    return 0;
}

/* total: 0, or the size of the tree that the copy's header states. */
static int search_copy(const struct tree *tree, size_t length, uint32_t total)
{
    struct tree copy = *tree;
    int error;

    copy.bytes = malloc(length);
    copy.length = length;
    memcpy(copy.bytes, tree->bytes, length);
    if (total != 0 && length >= HEADER_SIZE)
        tree_set(&copy, TOTALSIZE, total);
    error = vmclock_fdt_enumerate(copy.bytes, length, check_range, NULL);
    assert_true(error == 0 || error == VMCLOCK_ERR_FDT || error == VMCLOCK_ERR_RESOURCE ||
                error == VMCLOCK_ERR_NO_DEVICE);
    free(copy.bytes);
    searches++;
    found += error == 0;
    return error;
}

static void cut_at_every_length(const struct tree *tree)
{
    struct tree cut = *tree;
    uint32_t strings = tree_get(tree, OFF_STRINGS), size = tree_get(tree, SIZE_STRINGS);
    size_t length;

    for (length = 1; length < tree->length; length += step) {
        if (length < tree_get(tree, TOTALSIZE))
            assert_int_equal(search_copy(tree, length, 0), VMCLOCK_ERR_FDT);
        search_copy(tree, length, (uint32_t)length);
    }
    /* The blocks cut with the tree left whole. */
    cut.bytes = malloc(tree->length);
    memcpy(cut.bytes, tree->bytes, tree->length);
    for (length = 0; length <= size; length += step) {
        tree_set(&cut, SIZE_STRINGS, (uint32_t)length);
        search_copy(&cut, strings + size, strings + size);
    }
    for (length = 0; length < tree_get(tree, SIZE_STRUCT); length += step) {
        tree_set(&cut, SIZE_STRUCT, (uint32_t)length);
        search_copy(&cut, tree->length, 0);
    }
    free(cut.bytes);
}

static void every_byte_changed(struct tree *tree)
{
    size_t i;

    for (i = 0; i < tree->length; i += step) {
        uint8_t kept = tree->bytes[i];

        tree->bytes[i] = 0;
        search_copy(tree, tree->length, 0);
        tree->bytes[i] = 0xff;
        search_copy(tree, tree->length, 0);
        tree->bytes[i] = (uint8_t)(kept + 1);
        search_copy(tree, tree->length, 0);
        tree->bytes[i] = kept;
    }
}

static void bytes_changed_at_random(const struct tree *tree)
{
    struct tree copy = *tree;
    uint32_t random = 2463534242u;
    unsigned round, change;

    copy.bytes = malloc(tree->length);
    for (round = 0; round < 500; round++) {
        memcpy(copy.bytes, tree->bytes, tree->length);
        for (change = 0; change < 4; change++) {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            copy.bytes[random % tree->length] = (uint8_t)(random >> 24);
        }
        search_copy(&copy, tree->length, 0);
    }
    free(copy.bytes);
}

static struct tree read_tree(const char *path)
{
    static uint8_t buffer[1 << 20];
    FILE *file = fopen(path, "rb");
    struct tree tree;

    tree_init(&tree);
    assert_non_null(file);
    tree.length = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    assert_true(tree.length > HEADER_SIZE && tree.length < sizeof buffer);
    tree.bytes = malloc(tree.length);
    memcpy(tree.bytes, buffer, tree.length);
    return tree;
}

static char **paths;

static void changes(void **state)
{
    char **path;
    (void)state;
    for (path = paths; *path != NULL; path++) {
        struct tree tree = read_tree(*path);

        cut_at_every_length(&tree);
        every_byte_changed(&tree);
        bytes_changed_at_random(&tree);
        tree_free(&tree);
    }
    printf("%lu searches of %td trees, %lu found a device\n", searches, path - paths, found);
    assert_true(path != paths && found != 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes),
    };
    paths = argv + 1;
    if (argc > 3 && strcmp(argv[1], "--step") == 0) {
        step = strtoul(argv[2], NULL, 10);
        paths = argv + 3;
    }
    return argc < 2 ? 2 : cmocka_run_group_tests(tests, NULL, NULL);
}
