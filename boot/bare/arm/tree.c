/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.c - what the device tree says of the machine: the page, the arguments, the memory, the CPUs.
 */
#include <string.h>
#include <libfdt.h>
#include <vmclock/error.h>
#include <vmclock/fdt.h>
#include "boot/bare/arm/machine.h"
#include "boot/bare/platform.h"
#include "boot/bare/ram.h"

#define TREE_BYTES_MAX 0x400000u /* Linux's boot protocol says half of that, QEMU does not */

static const void *the_tree;

void tree_open(uint64_t tree_phys)
{
    /* An ELF image is told nothing; QEMU's place for the tree is in front of it. */
    const void *found = (const void *)(uintptr_t)(tree_phys ? tree_phys : (uintptr_t)memory_start);

    if (tree_phys || fdt_magic(found) == FDT_MAGIC)
        the_tree = found;
}

int platform_find(struct vmclock_region *region)
{
    return the_tree ? vmclock_fdt_find(the_tree, TREE_BYTES_MAX, region) : VMCLOCK_ERR_NO_DEVICE;
}

/* The value of a property, and its length in *length; null if there is none. */
static const void *property_of(int node, const char *name, int *length)
{
    *length = 0;
    return node < 0 ? NULL : fdt_getprop(the_tree, node, name, length);
}

static const void *property(const char *path, const char *name, int *length)
{
    return property_of(the_tree ? fdt_path_offset(the_tree, path) : -1, name, length);
}

const char *platform_arguments(void)
{
    int length;
    const char *text = property("/chosen", "bootargs", &length);

    return text && length > 0 && text[length - 1] == '\0' ? text : "";
}

int tree_psci_by_smc(void)
{
    int length;
    const char *method = property("/psci", "method", &length);

    return method && length == 4 && memcmp(method, "smc", 4) == 0;
}

/* A number of count cells, 1 or 2. */
static uint64_t number(const fdt32_t *cells, int count)
{
    uint64_t value = fdt32_to_cpu(cells[0]);

    return count == 2 ? value << 32 | fdt32_to_cpu(cells[1]) : value;
}

/* The next node behind node (first: -1) that is of a type: memory, cpu; or negative. */
static int next_of_type(int node, const char *type)
{
    if (!the_tree)
        return -1;
    return fdt_node_offset_by_prop_value(the_tree, node, "device_type", type,
                                         (int)strlen(type) + 1);
}

int tree_other_cpu(uint64_t own_affinity, uint64_t *affinity)
{
    for (int node = next_of_type(-1, "cpu"); node >= 0; node = next_of_type(node, "cpu")) {
        int length;
        const fdt32_t *reg = property_of(node, "reg", &length);

        if (reg && (length == 4 || length == 8) && number(reg, length / 4) != own_affinity) {
            *affinity = number(reg, length / 4);
            return 0;
        }
    }
    return -1;
}

/* How many cells the root says that its children's addresses or sizes have; 0: not 1 or 2. */
static int root_cells(const char *name)
{
    int length;
    const fdt32_t *cells = property("/", name, &length);
    const uint64_t count = cells && length == 4 ? number(cells, 1) : 0;

    return count <= 2 ? (int)count : 0;
}

/* The index-th range of a node's reg, below the root or below a node with the root's cells. */
static int range(int node, int index, uint64_t *phys, uint64_t *length)
{
    int bytes, addresses = root_cells("#address-cells"), sizes = root_cells("#size-cells");
    const fdt32_t *reg = property_of(node, "reg", &bytes);

    if (!reg || !addresses || !sizes || bytes / 4 / (addresses + sizes) <= index)
        return -1;
    reg += index * (addresses + sizes);
    *phys = number(reg, addresses);
    *length = number(reg + addresses, sizes);
    return 0;
}

int tree_device(const char *compatible, uint64_t *phys)
{
    const int node = the_tree ? fdt_node_offset_by_compatible(the_tree, -1, compatible) : -1;
    uint64_t length;

    return node < 0 || fdt_parent_offset(the_tree, node) != 0 ? -1 : range(node, 0, phys, &length);
}

/* All ranges of a node. */
static void each_range(int node, void (*tell)(struct ram *, uint64_t, uint64_t), struct ram *ram)
{
    uint64_t phys, length;

    for (int i = 0; range(node, i, &phys, &length) == 0; i++)
        tell(ram, phys, length);
}

/* What the tree says is taken, and the tree. */
static void take_reserved(struct ram *ram)
{
    uint64_t phys, length;
    int node = fdt_path_offset(the_tree, "/reserved-memory");

    for (node = node < 0 ? -1 : fdt_first_subnode(the_tree, node); node >= 0;
         node = fdt_next_subnode(the_tree, node))
        each_range(node, ram_take, ram);
    for (int i = fdt_num_mem_rsv(the_tree); i-- > 0;)
        if (fdt_get_mem_rsv(the_tree, i, &phys, &length) == 0)
            ram_take(ram, phys, length);
    ram_take(ram, (uintptr_t)the_tree, fdt_totalsize(the_tree));
}

void platform_heap(char **start, char **end)
{
    struct vmclock_region page;
    struct ram ram;

    ram_init((uintptr_t)image_end, &ram);
    for (int node = next_of_type(-1, "memory"); node >= 0; node = next_of_type(node, "memory"))
        each_range(node, ram_add, &ram);
    if (the_tree)
        take_reserved(&ram);
    if (!platform_find(&page)) /* whatever else is said of it */
        ram_take(&ram, page.phys, page.length);
    *start = image_end;
    *end = (char *)(uintptr_t)ram.end;
}

const volatile void *platform_map(uint64_t phys, uint64_t length)
{
    const uint64_t mapped = UINT64_C(1) << 39; /* start.S has mapped it all */

    return length <= mapped && phys <= mapped - length ? (const volatile void *)(uintptr_t)phys
                                                       : NULL;
}
