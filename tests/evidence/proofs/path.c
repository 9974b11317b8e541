/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of any tokens, looked up and gone to from any path; and quick looks for them at any bytes. */
#define LENGTH 12
#include "any_token.h"
#include "drivers/acpi/marks.c"
#include "drivers/acpi/path.c"
#include "search.h"

int vmclock_object_constant(const uint8_t *bytes, uint32_t at, uint32_t end, uint32_t before_end,
                            struct vmclock_token *value)
{
    (void)before_end;
    PROVE(bytes == table && is_piece(at, end) && at < end);
    ASSUME(is_inside(value->start, value->end) && value->end <= end);
    return any_int();
}

static void prove_path(const struct vmclock_acpi_nodes *nodes)
{
    struct vmclock_path path, before;
    struct vmclock_token token;
    uint32_t node;

    ASSUME(path_keeps(&path, nodes) && is_token_of(&token, ACPI_HEADER_SIZE, table_length));
    before = path;
    node = vmclock_path_container(nodes, &path, table, &token);
    PROVE(node == ACPI_ROOT || is_node(nodes, node));
    if (vmclock_path_enter(nodes, &path, table, &token)) {
        PROVE(path_keeps(&path, nodes) && path_goes_on(&path, &before));
        PROVE(path.ends.floor == before.ends.floor && path.ends.own == before.ends.own);
        PROVE(is_node(nodes, vmclock_path_node(&path)));
    } else {
        PROVE(path_goes_on(&path, &before) && path.ends.last == before.ends.last &&
              path.ends.first == before.ends.first);
    }
}

/* What changes of nodes: flags, not what they lie in, and the filter. */
static void prove_nodes(struct vmclock_acpi_nodes *nodes)
{
    uint32_t count = nodes->count, node = any_u8(), parent;

    ASSUME(node < NODES);
    parent = vmclock_node_parent(&nodes->node[node]);
    if (any_int()) {
        vmclock_nodes_set(nodes, any_u32(), any_u32() & NODE_FLAGS);
    } else if (any_int()) {
        (void)vmclock_nodes_set_named(nodes, any_u32(),
                                      any_u32() & ~((UINT32_C(1) << 16) - 1 - NODE_FLAGS));
    } else if (any_int()) {
        (void)vmclock_nodes_are_named(nodes, table, table_length);
    } else {
        ASSUME(count < NODES);
        vmclock_nodes_add(nodes, node < count ? node : ACPI_ROOT, any_u32());
        PROVE(nodes->count == count + 1);
        PROVE(vmclock_node_parent(&nodes->node[count]) == (node < count ? node : ACPI_ROOT));
    }
    PROVE(node >= count || vmclock_node_parent(&nodes->node[node]) == parent);
}

static void prove_presence(const struct vmclock_acpi_nodes *nodes)
{
    struct vmclock_cursor cursor;
    uint32_t node = any_u8(), sta = any_u32(), end = any_u32();

    cursor.bytes = table;
    ASSUME(node < nodes->count);
    ASSUME(sta == 0 || (is_piece(sta, end) && sta < end));
    (void)vmclock_nodes_presence(nodes, node, &cursor, sta, end);
}

int main(void)
{
    static struct vmclock_acpi_search search;

    any_table();
    any_search(&search, 1);
    if (any_int())
        prove_path(&search.nodes);
    else if (any_int())
        prove_nodes(&search.nodes);
    else
        prove_presence(&search.nodes);
    return 0;
}
