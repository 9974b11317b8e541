/* SPDX-License-Identifier: BSD-2-Clause */
/* A consumer's program that has a libfdt: it finds the page in a tree that it wrote with it. */
#include <libfdt.h>
#include <vmclock/error.h>
#include <vmclock/fdt.h>

int main(void)
{
    static uint64_t tree[128];
    struct vmclock_region region;
    int node;

    fdt_create_empty_tree(tree, sizeof tree);
    if (vmclock_fdt_find(tree, sizeof tree, &region) != VMCLOCK_ERR_NO_DEVICE)
        return 1;
    node = fdt_add_subnode(tree, 0, "vmclock@46000000");
    fdt_setprop_string(tree, node, "compatible", "amazon,vmclock");
    fdt_appendprop_addrrange(tree, 0, node, "reg", 0x46000000, 0x1000);
    if (vmclock_fdt_find(tree, sizeof tree, &region) != 0)
        return 1;
    return region.phys == 0x46000000 && region.length == 0x1000 ? 0 : 1;
}
