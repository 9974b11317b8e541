/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flattened device tree.
 */
#include <stdlib.h>
#include <string.h>
#include <libfdt.h>
#include <vmclock/error.h>
#include <vmclock/fdt.h>
#include "boot/linux/find/input.h"
#include "boot/linux/find/sources.h"

#define MAX_PATH 1024

struct walk {
    struct result *result;
    const char *path;
    const void *fdt;
};

static int see(void *context, int error, const struct vmclock_region *region)
{
    struct walk *walk = context;
    struct place place = {.file = walk->path, .offset = region->origin_offset, .has_offset = true};
    char node[MAX_PATH];

    if (error != VMCLOCK_ERR_FDT &&
        fdt_get_path(walk->fdt, (int)region->origin_offset, node, sizeof(node)) == 0)
        place.node = strdup(node);
    if (error)
        result_add_refusal(walk->result, &place,
                           error == VMCLOCK_ERR_FDT ? RANK_TABLE : RANK_DEVICE,
                           vmclock_error_name(error), "%s", vmclock_error_text(error));
    else
        result_add_device(walk->result, &place, "fdt", region);
    return 0;
}

void find_in_tree(const char *path, struct result *result)
{
    struct walk walk = {.result = result, .path = path};
    const struct place place = {.file = path};
    size_t refusals = result->refusals.count;
    struct input input;
    int error;

    if (input_read(path, &input, result))
        return;
    walk.fdt = input.bytes;
    result->trees++;
    error = vmclock_fdt_enumerate(input.bytes, input.length, see, &walk);
    if (error == VMCLOCK_ERR_FDT && result->refusals.count == refusals)
        result_add_refusal(result, &place, RANK_TABLE, vmclock_error_name(error), "%s",
                           vmclock_error_text(error));
    free(input.bytes);
}
