/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What bytes and texts of a table may name that are not followed as code.
 */
#include "drivers/acpi/reach.h"

VMCLOCK_NOINLINE int vmclock_reach_counts(uint32_t segment)
{
    return segment == AML_STA || segment == AML_CRS || vmclock_token_is_id(segment);
}

int vmclock_reach_is_watched(const struct vmclock_acpi_nodes *nodes, uint32_t node,
                             uint32_t segment)
{
    uint8_t mark = vmclock_path_mark(segment);

    if (node >= ACPI_ROOT)
        return 0;
    return vmclock_reach_counts(segment) || nodes->node[node].names[0] == mark ||
           nodes->node[node].names[1] == mark;
}

void vmclock_reach_set_watched(struct vmclock_acpi_nodes *nodes, const uint8_t *some,
                               uint32_t count, uint32_t segment)
{
    uint32_t mark = vmclock_path_mark(segment), i, node;
    int counts = vmclock_reach_counts(segment);

    if (!counts && !nodes->named)
        return;
    for (i = 0; i < count; i++) {
        node = some != NULL ? some[i] : i;
        if (node < VMCLOCK_ACPI_MAX_NAMES &&
            (counts || nodes->node[node].names[0] == mark || nodes->node[node].names[1] == mark))
            nodes->node[node].flags |= NODE_REACHED;
    }
}

VMCLOCK_NOINLINE void vmclock_reach_search_bytes(struct walk *walk, uint32_t at, uint32_t end,
                                                 int any)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    struct vmclock_acpi_node *node;
    uint32_t word, known = 0;

    for (at += 3; at < end; at++) {
        word = vmclock_cursor_word(walk->cursor.bytes, at - 3);
        any |= vmclock_reach_counts(word);
        if (word == AML_STA)
            known = NODE_KNOWN;
        if (vmclock_nodes_may_have(nodes, word))
            vmclock_nodes_set_named(nodes, word, NODE_REACHED | NODE_UNSURE | NODE_KNOWN);
    }
    /* A unit of a field is in the scope where the field is. */
    vmclock_nodes_set(nodes, vmclock_path_node(&walk->path), known);
    for (at = walk->path.ends.last; at > walk->path.ends.first; at--) {
        if (walk->path.node[at - 1] == ACPI_NO_NODE)
            continue;
        node = &nodes->node[walk->path.node[at - 1]];
        if (node->flags & NODE_SEARCHED)
            break;
        if (any)
            node->flags |= NODE_REACHED | NODE_SEARCHED;
        else if (node->names[0] != 0 || node->names[1] != 0)
            node->flags |= NODE_REACHED;
    }
}

VMCLOCK_NOINLINE void vmclock_reach_lose(struct walk *walk, uint32_t at, uint32_t end)
{
    const uint8_t *byte = walk->cursor.bytes + at, *last = walk->cursor.bytes + end;
    int executed = at >= walk->method;

    vmclock_reach_search_bytes(walk, at, end, 1);
    if (executed) /* interpreters may lose their place here */
        walk->conditional = walk->levels[0].end;
    for (; byte < last; byte++) {
        if (*byte >= '.' && (byte[-1] == AML_ALIAS || byte[-1] == '.' ||
                             (executed && (byte[-1] == AML_EXTERNAL ||
                                           (byte[-1] == 'S' && *byte == 'T'))))) /* _STA */
            vmclock_nodes_give_up(&walk->search->nodes);
    }
}

VMCLOCK_NOINLINE void vmclock_reach_note_text(struct walk *walk, uint32_t at, uint32_t end)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    const uint8_t *bytes = walk->cursor.bytes;
    uint32_t segment = AML_SEGMENT('_', '_', '_', '_'); /* padded */
    uint32_t i, left = 5;

    while (end > at && bytes[end - 1] == 0)
        end--;
    if (end == at)
        return;
    for (; end > at; end--) {
        i = bytes[end - 1];
        if (i == '.' || i == '\\' || i == '^')
            break;
        if (--left == 0)
            return;
        segment = segment << 8 | i;
    }
    vmclock_reach_set_watched(nodes, NULL, nodes->count, vmclock_path_fold(segment));
}

int vmclock_reach_note_buffer(struct walk *walk, const struct vmclock_token *buffer)
{
    struct vmclock_cursor cursor;
    struct vmclock_token size;
    uint32_t at;

    vmclock_cursor_set(&cursor, walk->cursor.bytes, buffer->body, buffer->end);
    vmclock_token_next(&cursor, &size);
    if (!vmclock_token_simple(size.opcode))
        vmclock_reach_search_bytes(walk, buffer->body, buffer->end, 1);
    for (at = cursor.at; at < buffer->end && walk->cursor.bytes[at] != 0; at++)
        ;
    vmclock_reach_note_text(walk, cursor.at, at);
    /* Not all code takes it for a string that ends with a zero. */
    vmclock_reach_note_text(walk, cursor.at, buffer->end);
    return cursor.error;
}
