/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device trees: the input is one, on an 8-byte boundary, which ends where its memory ends.
 */
#include <stdlib.h>
#include <string.h>

#include <vmclock/error.h>
#include <vmclock/fdt.h>

#include "property.h"

#define MAX_SIZE 0x10000u

struct tree {
    const uint8_t *bytes;
    size_t length;
};

static int find(void *input, struct vmclock_region *region)
{
    const struct tree *tree = input;

    return vmclock_fdt_find(tree->bytes, tree->length, region);
}

static int find_all(void *input, struct vmclock_region *regions, uint32_t capacity, uint32_t *found)
{
    const struct tree *tree = input;

    return vmclock_fdt_find_all(tree->bytes, tree->length, regions, capacity, found);
}

static int enumerate(void *input, vmclock_region_visit *visit, void *context)
{
    const struct tree *tree = input;

    return vmclock_fdt_enumerate(tree->bytes, tree->length, visit, context);
}

static int is_documented(int error)
{
    return error == VMCLOCK_ERR_FDT || error == VMCLOCK_ERR_NO_DEVICE ||
           error == VMCLOCK_ERR_RESOURCE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tree tree;
    const struct search search = {
        .find = find,
        .find_all = find_all,
        .enumerate = enumerate,
        .is_documented = is_documented,
        .source = VMCLOCK_SOURCE_FDT,
        .input = &tree,
    };
    uint8_t *bytes;

    if (size == 0 || size > MAX_SIZE)
        return 0;
    bytes = exact_copy(data, size);
    tree.bytes = bytes;
    tree.length = size;
    (void)check_search(&search);
    HOLDS(memcmp(bytes, data, size) == 0);
    free(bytes);
    return 0;
}
