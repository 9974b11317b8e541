/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a table does to devices: the walk over it, with any token that there may be. What holds when it begins, and
 * before a step, holds behind it, and each goes on: so walks of any length.
 */
#define LENGTH 12
#include "any_object.h"
#include "any_path.h"
#include "walk.h"

static int at_step(struct walk *walk);

#include "drivers/acpi/cursor.c"
#include "drivers/acpi/reach.c"

/* As reach_bytes.c has them. */
int vmclock_reach_counts(uint32_t segment)
{
    (void)segment;
    return any_int();
}

int vmclock_reach_is_watched(const struct vmclock_acpi_nodes *nodes, uint32_t node,
                             uint32_t segment)
{
    (void)segment;
    PROVE(node == ACPI_ROOT || is_node(nodes, node));
    return node < nodes->count && any_int();
}

void vmclock_reach_set_watched(struct vmclock_acpi_nodes *nodes, const uint8_t *some,
                               uint32_t count, uint32_t segment)
{
    (void)segment;
    PROVE(count <= ACPI_PATH && __CPROVER_r_ok(some, count));
    any_flags(nodes);
}

void vmclock_reach_search_bytes(struct walk *walk, uint32_t at, uint32_t end, int any)
{
    (void)any;
    PROVE(is_piece(at, end) && path_keeps(&walk->path, &walk->search->nodes));
    any_flags(&walk->search->nodes);
}

void vmclock_reach_lose(struct walk *walk, uint32_t at, uint32_t end)
{
    vmclock_reach_search_bytes(walk, at, end, 1);
    if (any_int())
        walk->conditional = walk->levels[0].end;
}

void vmclock_reach_note_text(struct walk *walk, uint32_t at, uint32_t end)
{
    vmclock_reach_search_bytes(walk, at, end, 0);
}

int vmclock_reach_note_buffer(struct walk *walk, const struct vmclock_token *buffer)
{
    vmclock_reach_search_bytes(walk, buffer->body, buffer->end, 1);
    return any_int() ? VMCLOCK_ERR_AML : 0;
}

/* In place of the loop's condition: at first and behind one step from any state. */
static int at_step(struct walk *walk)
{
    static uint32_t steps, at, depth;
    struct walk any;

    PROVE(walk_keeps(walk) && walk->search->nodes.count <= NODES);
    if (steps++ != 0) {
        PROVE(walk->cursor.at > at || (walk->cursor.at == at && walk->depth < depth));
        ASSUME(0);
    }
    any.search = walk->search;
    ASSUME(walk_keeps(&any));
    *walk = any;
    any_flags(&walk->search->nodes);
    at = walk->cursor.at;
    depth = walk->depth;
    return !walk->search->nodes.hopeless;
}

int main(void)
{
    static struct vmclock_acpi_search search;

    any_table();
    any_search(&search, 1); /* without a node there is no such pass */
    search.pass = PASS_REACH;
    vmclock_acpi_reach(&search, table, table_length, any_int());
    return 0;
}
