/* SPDX-License-Identifier: BSD-2-Clause */
/* walk.h - any state that a walk over what a table does to devices may be in. */
#ifndef VMCLOCK_PROOF_WALK_H
#define VMCLOCK_PROOF_WALK_H

#include "any_token.h"
#include "drivers/acpi/reach.h"
#include "search.h"

static inline int ends_keep(struct vmclock_path_ends ends, struct vmclock_path_ends behind)
{
    return ends.first <= ends.last && ends.last <= behind.last;
}

/* Levels lie in each other, in the table, and so do the paths around them. */
static inline int walk_keeps(const struct walk *walk)
{
    const struct vmclock_path *path = &walk->path;
    const struct level *level = walk->levels;

    if (walk->depth == 0 || walk->depth > REACH_LEVELS || level[0].end != table_length ||
        walk->cursor.end != level[walk->depth - 1].end || walk->cursor.bytes != table ||
        !is_piece(walk->cursor.at, walk->cursor.end) || walk->cursor.error != 0 ||
        walk->cursor.skip != 0 || !path_keeps(path, &walk->search->nodes) ||
        (walk->depth > 1 && !ends_keep(level[walk->depth - 1].around, path->ends)))
        return 0;
    for (uint32_t i = 1; i < REACH_LEVELS; i++)
        if (i < walk->depth && (level[i].end > level[i - 1].end ||
                                (i > 1 && !ends_keep(level[i - 1].around, level[i].around))))
            return 0;
    return 1;
}

#endif
