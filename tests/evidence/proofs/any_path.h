/* SPDX-License-Identifier: BSD-2-Clause */
/* any_path.h - names and paths of which no more is known than path.c and marks.c show (path.c here). */
#ifndef VMCLOCK_PROOF_ANY_PATH_H
#define VMCLOCK_PROOF_ANY_PATH_H

#include "any_token.h"
#include "search.h"

static inline uint32_t any_node_of(const struct vmclock_acpi_nodes *nodes)
{
    uint32_t node = any_u8();

    ASSUME(is_node(nodes, node));
    return node;
}

uint32_t vmclock_nodes_child(const struct vmclock_acpi_nodes *nodes, uint32_t parent,
                             uint32_t segment)
{
    (void)parent;
    (void)segment;
    return any_node_of(nodes);
}

void vmclock_nodes_set(struct vmclock_acpi_nodes *nodes, uint32_t node, uint32_t flags)
{
    (void)node;
    (void)flags;
    any_flags(nodes);
}

int vmclock_nodes_set_named(struct vmclock_acpi_nodes *nodes, uint32_t segment, uint32_t flags)
{
    (void)segment;
    (void)flags;
    PROVE(nodes->count != 0);
    any_flags(nodes);
    return any_int();
}

int vmclock_nodes_are_named(struct vmclock_acpi_nodes *nodes, const uint8_t *bytes, uint32_t length)
{
    PROVE(nodes->count != 0 && bytes == table && length == table_length);
    any_flags(nodes);
    return any_int();
}

uint32_t vmclock_path_container(const struct vmclock_acpi_nodes *nodes,
                                const struct vmclock_path *path, const uint8_t *bytes,
                                const struct vmclock_token *token)
{
    PROVE(path_keeps(path, nodes) && bytes == table);
    PROVE(is_token_of(token, ACPI_HEADER_SIZE, table_length));
    return any_int() ? ACPI_ROOT : any_node_of(nodes);
}

int vmclock_path_enter(const struct vmclock_acpi_nodes *nodes, struct vmclock_path *path,
                       const uint8_t *bytes, const struct vmclock_token *token)
{
    struct vmclock_path any;

    PROVE(path_keeps(path, nodes) && bytes == table);
    PROVE(is_token_of(token, ACPI_HEADER_SIZE, table_length));
    if (any_int())
        return 0;
    ASSUME(path_keeps(&any, nodes) && path_goes_on(&any, path));
    any.ends.floor = path->ends.floor;
    any.ends.own = path->ends.own;
    *path = any;
    return 1;
}

#endif
