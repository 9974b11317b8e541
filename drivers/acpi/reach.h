/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reach.h - a walk over what a table does to devices: for reach.c, which follows the tokens, and
 * reach_bytes.c, which looks at what are no tokens. Room-private.
 */
#ifndef VMCLOCK_ACPI_REACH_H
#define VMCLOCK_ACPI_REACH_H

#include "drivers/acpi/internal.h"

#define REACH_LEVELS \
    (VMCLOCK_ACPI_MAX_DEPTH + 2u) /* a method in the deepest block, and one in that */

/* A scope that is open. */
struct level {
    uint32_t end;
    struct vmclock_path_ends around;
};

struct walk {
    struct vmclock_acpi_search *search;
    struct vmclock_cursor cursor;
    uint32_t conditional; /* up to this offset only execution tells what is there */
    uint32_t method;      /* up to this offset it is a method's code */
    uint16_t before[2];   /* opcodes of the last token and of the one before */
    uint8_t damaged;
    uint8_t shallow; /* the table names nothing of ours: what is in other blocks does not matter */
    uint8_t depth;
    struct vmclock_path path;
    struct level levels[REACH_LEVELS];
};

/* Whether an object of that name makes a device what it is. */
int vmclock_reach_counts(uint32_t segment);

/* Whether an object of a node counts: by its name, or as what one that counts returns. */
int vmclock_reach_is_watched(const struct vmclock_acpi_nodes *nodes, uint32_t node,
                             uint32_t segment);

/* Some nodes, or without a list the first ones, are reached of which that segment names a watched object. */
void vmclock_reach_set_watched(struct vmclock_acpi_nodes *nodes, const uint8_t *some,
                               uint32_t count, uint32_t segment);

/*
 * Bytes that are not followed: a name that they have may be reached, or taken, with which an interpreter
 * loses what lies in it. any: even without one, what they stand in is.
 */
void vmclock_reach_search_bytes(struct walk *walk, uint32_t at, uint32_t end, int any);

/*
 * Code that is malformed, or too deep. Where it may have an Alias or a path, or is executed and may have an
 * External or a _STA, it is not known of which device; and what is behind it may not be made.
 */
void vmclock_reach_lose(struct walk *walk, uint32_t at, uint32_t end);

/*
 * Text, as a string or in a buffer, may be the path of an object, from wherever and through whatever
 * names it leads: all nodes are reached of which its last segment names a watched object.
 */
void vmclock_reach_note_text(struct walk *walk, uint32_t at, uint32_t end);

/*
 * A Buffer may be text. Its size, unless it is simple, may be the call of a method. Returns 0, or an error if it has
 * none: to an interpreter that is what stands behind it then.
 */
int vmclock_reach_note_buffer(struct walk *walk, const struct vmclock_token *buffer);

#endif
