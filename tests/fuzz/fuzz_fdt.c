/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device trees: the input is one, on an 8-byte boundary, which ends where its memory ends: for the
 * address sanitizer and, where libfdt is compiled without it, once more before a page that faults.
 */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

/* What a search gives right before the end of readable memory, up to 7 bytes of alignment away. */
static int find_at_border(const uint8_t *data, size_t size, struct vmclock_region *region)
{
    static uint8_t *area;
    uint8_t *start;

    if (area == NULL) {
        area = mmap(NULL, 2 * MAX_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        HOLDS(area != MAP_FAILED && mprotect(area + MAX_SIZE, MAX_SIZE, PROT_NONE) == 0);
    }
    start = area + MAX_SIZE - (size + 7) / 8 * 8;
    memcpy(start, data, size);
    memset(start + size, 0xff, (size_t)(area + MAX_SIZE - start) - size);
    return vmclock_fdt_find(start, size, region);
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
    struct vmclock_region region, there;
    uint8_t *bytes;
    int result;

    if (size == 0 || size > MAX_SIZE)
        return 0;
    bytes = exact_copy(data, size);
    tree.bytes = bytes;
    tree.length = size;
    result = check_search(&search);
    HOLDS(memcmp(bytes, data, size) == 0);
    HOLDS(find_at_border(data, size, &there) == result);
    if (result == 0)
        HOLDS(find(&tree, &region) == 0 && same_region(&region, &there));
    free(bytes);
    return 0;
}
