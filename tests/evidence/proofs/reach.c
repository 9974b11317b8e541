/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a table does to devices: one step of the walk over it, from any state that a walk may be in, with any
 * token that there may be (token.c). What holds before a step holds behind it, and each goes on.
 */
#include "any_token.h"
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/marks.c"
#include "drivers/acpi/object.c"
#include "drivers/acpi/path.c"
#include "drivers/acpi/reach.c"
#include "drivers/acpi/reach_bytes.c"
#include "search.h"

void vmclock_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    any_token(cursor, token);
}

int vmclock_token_integer(const struct vmclock_cursor *cursor, const struct vmclock_token *token,
                          uint64_t *value)
{
    (void)cursor;
    (void)token;
    *value = any_u64();
    return any_int();
}

int vmclock_token_simple(uint32_t opcode)
{
    (void)opcode;
    return any_int();
}

int vmclock_token_constant(const struct vmclock_token *token)
{
    (void)token;
    return any_int();
}

static int ends_hold(struct vmclock_path_ends ends)
{
    return ends.first <= ends.last && ends.last <= ACPI_PATH;
}

/* Levels lie in each other, in the table. */
static int holds(const struct walk *walk, uint32_t length)
{
    const struct vmclock_path *path = &walk->path;

    if (walk->depth == 0 || walk->depth > REACH_LEVELS || walk->levels[0].end != length ||
        walk->cursor.end != walk->levels[walk->depth - 1].end ||
        walk->cursor.at < ACPI_HEADER_SIZE || walk->cursor.at > walk->cursor.end ||
        walk->cursor.error != 0 || !ends_hold(path->ends))
        return 0;
    for (uint32_t i = 1; i < REACH_LEVELS; i++)
        if (i < walk->depth &&
            (!ends_hold(walk->levels[i].around) || walk->levels[i].end > walk->levels[i - 1].end))
            return 0;
    for (uint32_t i = 0; i < ACPI_PATH; i++)
        if (path->node[i] >= walk->search->nodes.count && path->node[i] != ACPI_NO_NODE)
            return 0;
    return 1;
}

int main(void)
{
    static struct vmclock_acpi_search search;
    struct walk walk;
    uint32_t length = any_u32(), at, depth;
    const uint8_t *table;

    ASSUME(length >= ACPI_HEADER_SIZE && length <= ACPI_HEADER_SIZE + LENGTH);
    table = proof_bytes(length, ACPI_HEADER_SIZE + LENGTH);
    any_search(&search);
    ASSUME(search.nodes.count != 0); /* else there is no such pass */
    search.pass = PASS_REACH;
    if (any_int()) {
        (void)vmclock_nodes_are_named(&search.nodes, table, length);
        return 0;
    }
    walk.search = &search;
    walk.cursor.bytes = table;
    walk.cursor.skip = 0;
    ASSUME(holds(&walk, length));
    at = walk.cursor.at;
    depth = walk.depth;
    if (at < walk.cursor.end) {
        reach_step(&walk);
        PROVE(walk.cursor.at > at);
    } else {
        ASSUME(depth != 1);
        reach_leave_level(&walk);
        PROVE(walk.cursor.at == at && walk.depth < depth);
    }
    PROVE(search.nodes.count <= 2);
    PROVE(holds(&walk, length));
    return 0;
}
