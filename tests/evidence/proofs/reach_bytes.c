/* SPDX-License-Identifier: BSD-2-Clause */
/* What bytes and texts of a table may name, in any state of a walk: any piece of it, any buffer. */
#define LENGTH 12
#include "any_path.h"
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/reach_bytes.c"
#include "walk.h"

int main(void)
{
    static struct vmclock_acpi_search search;
    struct walk walk;
    struct vmclock_path before;
    uint32_t at = any_u32(), end = any_u32();

    any_table();
    any_search(&search, 1);
    walk.search = &search;
    ASSUME(walk_keeps(&walk) && is_piece(at, end));
    before = walk.path;
    if (any_int()) {
        vmclock_reach_search_bytes(&walk, at, end, any_int());
    } else if (any_int()) {
        vmclock_reach_lose(&walk, at, end);
    } else if (any_int()) {
        vmclock_reach_note_text(&walk, at, end);
    } else if (any_int()) {
        struct vmclock_token buffer;

        ASSUME(is_token_of(&buffer, at, end));
        (void)vmclock_reach_note_buffer(&walk, &buffer);
    } else {
        uint32_t node = any_u32(), count = any_u32();

        ASSUME(node == ACPI_ROOT || is_node(&search.nodes, node));
        if (vmclock_reach_is_watched(&search.nodes, node, any_u32()))
            PROVE(node < search.nodes.count);
        ASSUME(count <= before.ends.last);
        vmclock_reach_set_watched(&search.nodes, walk.path.node, count, any_u32());
    }
    PROVE(walk_keeps(&walk) && path_goes_on(&walk.path, &before));
    return 0;
}
