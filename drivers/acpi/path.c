/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/acpi/object.h"
#include "drivers/acpi/path.h"

VMCLOCK_NOINLINE uint32_t vmclock_nodes_child(const struct vmclock_acpi_nodes *nodes,
                                              uint32_t parent, uint32_t segment)
{
    const struct vmclock_acpi_node *node = nodes->node;
    uint32_t i;

    segment = vmclock_path_fold(segment);
    for (i = nodes->count; i != 0; i--, node++) {
        if (node->segment == segment && vmclock_node_parent(node) == parent)
            return (uint32_t)(node - nodes->node);
    }
    return ACPI_NO_NODE;
}

void vmclock_nodes_set(struct vmclock_acpi_nodes *nodes, uint32_t node, uint32_t flags)
{
    if (node < VMCLOCK_ACPI_MAX_NAMES)
        nodes->node[node].flags |= (uint16_t)flags;
}

VMCLOCK_NOINLINE int vmclock_nodes_presence(const struct vmclock_acpi_nodes *nodes, uint32_t node,
                                            const struct vmclock_cursor *cursor, uint32_t sta,
                                            uint32_t end)
{
    const struct vmclock_acpi_node *known = nodes->node + node;
    struct vmclock_token value;
    uint64_t status;

    if (nodes->hopeless || known->flags & NODE_REACHED)
        return -1;
    if (known->flags & NODE_ORPHAN)
        return 0;
    if (sta != 0) {
        if (!vmclock_object_constant(cursor->bytes, sta, end, known->values[0], &value) ||
            !vmclock_token_integer(cursor, &value, &status))
            return -1;
        if (!(status & 1))
            return 0;
    }
    while ((node = vmclock_node_parent(known)) != ACPI_ROOT) {
        known = nodes->node + node;
        if (known->flags & NODE_KNOWN && known->flags & NODE_REACHED)
            return -1;
        if (known->flags & NODE_ABSENT)
            return 0;
    }
    return 1;
}

/*
 * Flags of the objects that every namespace has at its root. The last two are none for a Scope, though they
 * may have devices in them.
 */
static uint32_t path_known(uint32_t segment)
{
    static const uint32_t known[] = {
        AML_SEGMENT('_', 'S', 'B', '_'), AML_SEGMENT('_', 'G', 'P', 'E'),
        AML_SEGMENT('_', 'P', 'R', '_'), AML_SEGMENT('_', 'S', 'I', '_'),
        AML_SEGMENT('_', 'T', 'Z', '_'), AML_SEGMENT('_', 'R', 'E', 'V'),
        AML_SEGMENT('_', 'O', 'S', '_'), AML_SEGMENT('_', 'G', 'L', '_'),
        AML_SEGMENT('_', 'O', 'S', 'I')};
    uint32_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (segment == known[i])
            return i < 7 ? NODE_EXISTS : NODE_EXISTS | NODE_UNSURE;
    }
    return 0;
}

void vmclock_nodes_add(struct vmclock_acpi_nodes *nodes, uint32_t parent, uint32_t segment)
{
    struct vmclock_acpi_node *node = &nodes->node[nodes->count++];
    uint32_t flags = parent == ACPI_ROOT ? path_known(segment) : 0;

    node->segment = vmclock_path_fold(segment);
    node->origin = 0;
    node->flags = (uint16_t)(flags | parent << NODE_PARENT_SHIFT);
    node->names[0] = node->names[1] = 0;
    node->values[0] = node->values[1] = 0;
    if (flags == 0) /* the namespace's own scopes are in every table */
        nodes->filter |= UINT32_C(1) << (segment >> 24 & 31);
}

/* How many entries of the path are left to a name that goes up, and where it so begins. */
static uint32_t path_kept(const struct vmclock_path *path, uint32_t up)
{
    uint32_t count = (uint32_t)path->ends.last - path->ends.first;

    return up < count ? count - up : 0;
}

static uint32_t path_node_at(const struct vmclock_path *path, uint32_t count)
{
    return count != 0 ? path->node[path->ends.first + count - 1] : ACPI_ROOT;
}

static uint32_t path_segment_at(const uint8_t *bytes, const struct vmclock_token *token, uint32_t i)
{
    return vmclock_cursor_word(bytes, token->segments + 4 * i);
}

uint32_t vmclock_path_container(const struct vmclock_acpi_nodes *nodes,
                                const struct vmclock_path *path, const uint8_t *bytes,
                                const struct vmclock_token *token)
{
    uint32_t node = path_node_at(path, path_kept(path, token->up));
    uint32_t i;

    for (i = 1; i < token->count && node != ACPI_NO_NODE; i++)
        node = vmclock_nodes_child(nodes, node, path_segment_at(bytes, token, i - 1));
    return node;
}

int vmclock_path_enter(const struct vmclock_acpi_nodes *nodes, struct vmclock_path *path,
                       const uint8_t *bytes, const struct vmclock_token *token)
{
    uint32_t left = path_kept(path, token->up);
    uint32_t node = path_node_at(path, left);
    uint32_t at = path->ends.last, i;

    if (at + (token->up != 0 ? left : 0) + token->count > ACPI_PATH ||
        (token->up != AML_ROOT && token->up > at - path->ends.first)) /* there is nothing */
        return 0;
    if (token->up != 0) { /* the way back must stay */
        for (i = path->ends.first; i < path->ends.first + left; i++, at++)
            path->node[at] = path->node[i];
        path->ends.first = path->ends.last;
    }
    for (i = 0; i < token->count; i++, at++) {
        if (node != ACPI_NO_NODE) {
            path->missing = path_segment_at(bytes, token, i);
            node = vmclock_nodes_child(nodes, node, path->missing);
        }
        path->node[at] = (uint8_t)node;
    }
    path->ends.last = (uint8_t)at;
    return 1;
}
