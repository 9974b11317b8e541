/* SPDX-License-Identifier: BSD-2-Clause */
/* search.h - a search under way, with any nodes that it may know, and what holds of paths through them. */
#ifndef VMCLOCK_PROOF_SEARCH_H
#define VMCLOCK_PROOF_SEARCH_H

#include "drivers/acpi/internal.h"
#include "proof.h"

#ifndef NODES
#define NODES 3 /* known, at most */
#endif

#define NODE_FLAGS ((1u << NODE_PARENT_SHIFT) - 1)

/* Flags of all nodes may change; what each lies in does not. */
static inline void any_flags(struct vmclock_acpi_nodes *nodes)
{
    for (uint32_t i = 0; i < NODES; i++)
        nodes->node[i].flags =
            (uint16_t)((nodes->node[i].flags & ~NODE_FLAGS) | (any_u16() & NODE_FLAGS));
    if (any_int())
        nodes->hopeless = 1;
}

/* What lies in another comes behind it. */
static inline void any_search(struct vmclock_acpi_search *search, uint32_t least)
{
    struct vmclock_acpi_nodes *nodes = &search->nodes;

    search->memory = any_int() ? (const struct vmclock_memory *)search : NULL;
    search->region.origin_phys = any_u64();
    search->region.origin_signature = any_u32();
    search->named = any_u8() & 1;
    search->lost = any_u8() & 1;
    search->devices_only = any_u8() % 3;
    search->weight = any_u8() % 3;
    nodes->count = any_u8();
    ASSUME(nodes->count >= least && nodes->count <= NODES);
    nodes->filter = any_u32();
    nodes->named = any_u8() & 1;
    nodes->hopeless = any_u8() & 1;
    for (uint32_t i = 0; i < NODES; i++) {
        uint32_t parent = any_u8();

        ASSUME(parent < i || parent == ACPI_ROOT);
        nodes->node[i].segment = any_u32();
        nodes->node[i].origin = any_u32();
        nodes->node[i].flags = (uint16_t)((any_u16() & NODE_FLAGS) | parent << NODE_PARENT_SHIFT);
        nodes->node[i].names[0] = any_u8();
        nodes->node[i].names[1] = any_u8();
        nodes->node[i].values[0] = any_u16();
        nodes->node[i].values[1] = any_u16();
    }
}

/* What a name may be said to be, or to lie in. */
static inline int is_node(const struct vmclock_acpi_nodes *nodes, uint32_t node)
{
    return node < nodes->count || node == ACPI_NO_NODE;
}

static inline int path_keeps(const struct vmclock_path *path,
                             const struct vmclock_acpi_nodes *nodes)
{
    if (path->ends.first > path->ends.last || path->ends.last > ACPI_PATH)
        return 0;
    for (uint32_t i = 0; i < ACPI_PATH; i++)
        if (i < path->ends.last && !is_node(nodes, path->node[i]))
            return 0;
    return 1;
}

/* A path that was gone on from another: that one is still in it. */
static inline int path_goes_on(const struct vmclock_path *path, const struct vmclock_path *from)
{
    if (path->ends.last < from->ends.last ||
        (path->ends.first != from->ends.first && path->ends.first != from->ends.last))
        return 0;
    for (uint32_t i = 0; i < ACPI_PATH; i++)
        if (i < from->ends.last && path->node[i] != from->node[i])
            return 0;
    return 1;
}

#endif
