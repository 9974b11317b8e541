/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/acpi/path.h"

uint32_t vmclock_nodes_find(const struct vmclock_acpi_nodes *nodes, uint32_t hash)
{
    uint32_t i;

    for (i = 0; i < nodes->count; i++) {
        if (nodes->node[i].hash == hash)
            return i;
    }
    return ACPI_NO_NODE;
}

void vmclock_nodes_set(struct vmclock_acpi_nodes *nodes, uint32_t node, uint32_t flags)
{
    if (node != ACPI_NO_NODE)
        nodes->node[node].flags |= flags & 0x7ff;
}

void vmclock_nodes_give_up(struct vmclock_acpi_nodes *nodes)
{
    uint32_t i;

    nodes->hopeless = 1;
    for (i = 0; i < nodes->count; i++)
        vmclock_nodes_set(nodes, i, NODE_REACHED);
}

uint32_t vmclock_nodes_add(struct vmclock_acpi_nodes *nodes, uint32_t hash, uint32_t tail,
                           uint32_t parent, uint32_t flags)
{
    struct vmclock_acpi_node *node = &nodes->node[nodes->count];

    if (nodes->count == VMCLOCK_ACPI_MAX_NAMES)
        return ACPI_NO_NODE;
    node->hash = hash;
    node->origin = 0;
    node->flags = flags & 0x7ff;
    node->parent = parent & 31;
    node->names[0] = 0;
    node->names[1] = 0;
    if (!(flags & NODE_EXISTS)) /* the namespace's own scopes are in every table */
        nodes->filter |= UINT32_C(1) << (tail & 31);
    return nodes->count++;
}

uint32_t vmclock_path_known(uint32_t hash)
{
    static const uint32_t known[] = {
        AML_SEGMENT('_', 'S', 'B', '_'), AML_SEGMENT('_', 'G', 'P', 'E'),
        AML_SEGMENT('_', 'P', 'R', '_'), AML_SEGMENT('_', 'S', 'I', '_'),
        AML_SEGMENT('_', 'T', 'Z', '_'), AML_SEGMENT('_', 'R', 'E', 'V'),
        AML_SEGMENT('_', 'O', 'S', '_'), AML_SEGMENT('_', 'G', 'L', '_'),
        AML_SEGMENT('_', 'O', 'S', 'I')};
    uint32_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (hash == vmclock_path_extend(0, known[i]))
            return NODE_EXISTS;
    }
    return 0;
}

/* How many entries of the path are left to a name that goes up, and where it so begins. */
static uint32_t path_kept(const struct vmclock_path *path, uint32_t up)
{
    uint32_t count = (uint32_t)path->last - path->first;

    return up < count ? count - up : 0;
}

static uint32_t path_hash_at(const struct vmclock_path *path, uint32_t count)
{
    return count != 0 ? path->hash[path->first + count - 1] : 0;
}

static uint32_t path_segment_at(const uint8_t *bytes, const struct vmclock_token *token, uint32_t i)
{
    return vmclock_cursor_word(bytes, token->segments + 4 * i);
}

uint32_t vmclock_path_container(const struct vmclock_path *path, const uint8_t *bytes,
                                const struct vmclock_token *token, uint32_t up)
{
    uint32_t hash = path_hash_at(path, path_kept(path, up));
    uint32_t i;

    for (i = 1; i < token->count; i++)
        hash = vmclock_path_extend(hash, path_segment_at(bytes, token, i - 1));
    return hash;
}

int vmclock_path_enter(const struct vmclock_acpi_nodes *nodes, struct vmclock_path *path,
                       const uint8_t *bytes, const struct vmclock_token *token, uint32_t up)
{
    uint32_t left = path_kept(path, up);
    uint32_t hash = path_hash_at(path, left);
    uint32_t at = path->last, i, segment;

    if (at + (up != 0 ? left : 0) + token->count > ACPI_PATH)
        return 0;
    if (up != 0) { /* the way back must stay */
        for (i = 0; i < left; i++, at++) {
            path->hash[at] = path->hash[path->first + i];
            path->tail[at] = path->tail[path->first + i];
            path->node[at] = path->node[path->first + i];
        }
        path->first = path->last;
    }
    for (i = 0; i < token->count; i++, at++) {
        segment = path_segment_at(bytes, token, i);
        hash = vmclock_path_extend(hash, segment);
        path->hash[at] = hash;
        path->tail[at] = (uint8_t)(segment >> 24);
        path->node[at] = (uint8_t)vmclock_nodes_find(nodes, hash);
    }
    path->last = (uint8_t)at;
    return 1;
}

uint32_t vmclock_path_node(const struct vmclock_path *path)
{
    return path->last != path->first ? path->node[path->last - 1] : ACPI_NO_NODE;
}
