/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes by the last segment of their names: a quick look at a table that does not follow it.
 */
#include "drivers/acpi/internal.h"

/* Sets flags of the nodes whose last segment has a mark. Returns whether there are any. */
VMCLOCK_NOINLINE int vmclock_nodes_set_marked(struct vmclock_acpi_nodes *nodes, uint32_t mark,
                                              uint32_t flags)
{
    uint32_t i;
    int any = 0;

    for (i = 0; i < nodes->count; i++) {
        if (nodes->node[i].mark == mark) {
            vmclock_nodes_set(nodes, i, flags);
            any = 1;
        }
    }
    return any;
}

int vmclock_nodes_may_have(const struct vmclock_acpi_nodes *nodes, uint32_t segment)
{
    return (int)(nodes->filter >> (segment >> 24 & 31) & 1);
}

/* Whether the byte at an offset ends a name of ours, or gives one of them another name. */
static VMCLOCK_NOINLINE int marks_is_name_of_ours(struct vmclock_acpi_nodes *nodes,
                                                  const uint8_t *table, uint32_t at,
                                                  uint32_t length)
{
    struct vmclock_cursor cursor;
    struct vmclock_token name;

    if (vmclock_nodes_set_marked(nodes, vmclock_path_mark(vmclock_cursor_word(table, at - 3)), 0))
        return 1;
    if (table[at] != AML_ALIAS)
        return 0;
    vmclock_cursor_set(&cursor, table, at + 1, length);
    vmclock_token_next(&cursor, &name);
    return cursor.error == 0 && name.opcode == AML_NAME_STRING &&
           vmclock_nodes_set_marked(nodes, vmclock_path_mark(name.segment), 0);
}

int vmclock_nodes_are_named(struct vmclock_acpi_nodes *nodes, const uint8_t *table, uint32_t length)
{
    uint32_t filter = nodes->filter | UINT32_C(1) << AML_ALIAS;
    uint32_t at;

    for (at = ACPI_HEADER_SIZE; at < length; at++) {
        if (filter >> (table[at] & 31) & 1 && (table[at] >= '0' || table[at] == AML_ALIAS) &&
            marks_is_name_of_ours(nodes, table, at, length))
            return 1;
    }
    return 0;
}
