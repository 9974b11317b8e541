/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.h - the names that matter to a search, and where in them a place is.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_PATH_H
#define VMCLOCK_DRIVERS_ACPI_PATH_H

#include <vmclock/acpi.h>
#include "drivers/acpi/token.h"

#define ACPI_NO_NODE 31u
#define ACPI_ROOT 30u /* as what a node lies in; it is none itself */
#define ACPI_PATH 18u

/* What is known of a node. */
enum {
    NODE_DEVICE = 1 << 0,    /* a vmclock device; else what one lies in */
    NODE_EXISTS = 1 << 1,    /* its definition was met */
    NODE_UNSURE = 1 << 2,    /* whether that makes it, only execution tells */
    NODE_ORPHAN = 1 << 3,    /* it is defined in something that does not exist */
    NODE_REACHED = 1 << 4,   /* its objects may be changed */
    NODE_MENTIONED = 1 << 5, /* something may be put into it */
    NODE_STATUS = 1 << 6,    /* it has a _STA ... */
    NODE_KNOWN = 1 << 7,     /* ... a constant; with REACHED: or what lies in it is not */
    NODE_ABSENT = 1 << 8,    /* ... and says that nothing in it is there */
    NODE_HARDWARE = 1 << 9,  /* its definition is a Device: there a _STA tells presence */
    NODE_SEARCHED = 1 << 10  /* it is reached, and so is all that it lies in */
};
#define NODE_PARENT_SHIFT 11
#define NODE_UNLESS_SHIFT 16 /* of flags that a node must not have */

/* A device, or what is around it. */
struct vmclock_acpi_node {
    uint32_t segment; /* without the letters' case */
    uint32_t origin;  /* which of several definitions of that name counts */
    uint16_t flags;   /* and above them the parent */
    uint8_t names[2]; /* marks of own objects that give _STA and _CRS their values; 0: none */
    /*
     * How far before the end of the node's block they are defined; before that is known, where they are
     * named. 0: too far.
     */
    uint16_t values[2];
};

static inline uint32_t vmclock_node_parent(const struct vmclock_acpi_node *node)
{
    return node->flags >> NODE_PARENT_SHIFT;
}

struct vmclock_acpi_nodes {
    uint32_t filter; /* bit n: a node's last character is n, modulo 32 */
    uint8_t count;
    uint8_t named;    /* one has names: any table may have them */
    uint8_t hopeless; /* all count as reached */
    struct vmclock_acpi_node node[VMCLOCK_ACPI_MAX_NAMES];
};

struct vmclock_path_ends { /* a word, which is copied without memcpy */
    uint32_t first : 8;    /* where the present path begins; before it lie those to return to */
    uint32_t last : 8;     /* behind its end; first: the root */
    uint32_t floor : 8;    /* names that go up to before it leave a Scope that may be farther up */
    uint32_t own : 8;      /* the block there is the definition that counts */
};

#define ACPI_AT_ROOT ((struct vmclock_path_ends){0, 0, 0, 0})

/* The scopes around a place: entry i is the path of the first i + 1 segments. */
struct vmclock_path {
    uint32_t missing;        /* the last segment that was no node, in what was one */
    uint8_t node[ACPI_PATH]; /* which node it is, or ACPI_NO_NODE */
    struct vmclock_path_ends ends;
};

/* A segment without its letters' case: text may name an object in either. */
static inline uint32_t vmclock_path_fold(uint32_t segment)
{
    return segment & UINT32_C(0xdfdfdfdf);
}

/* A short form of a segment; never 0. */
static inline uint8_t vmclock_path_mark(uint32_t segment)
{
    return (uint8_t)(vmclock_path_fold(segment) * UINT32_C(0x9e3779b1) >> 24 | 1);
}

/* How far an offset is before an end; 0: too far. */
static inline uint32_t vmclock_path_before(uint32_t end, uint32_t at)
{
    return end - at <= 0xffff ? end - at : 0;
}

/* Which node is of that name in a parent, or ACPI_NO_NODE. parent: a node, the root or none. */
uint32_t vmclock_nodes_child(const struct vmclock_acpi_nodes *nodes, uint32_t parent,
                             uint32_t segment);

/* Adds it. There must be room. */
void vmclock_nodes_add(struct vmclock_acpi_nodes *nodes, uint32_t parent, uint32_t segment);

/* Sets flags of a node; of the root and of none, nothing. */
void vmclock_nodes_set(struct vmclock_acpi_nodes *nodes, uint32_t node, uint32_t flags);

/*
 * How the _STA of a device, a node, and of those around it have it: 1 present, 0 absent, -1 unknown. sta: where
 * its own is defined, in the cursor's table, or 0; end: of its block.
 */
int vmclock_nodes_presence(const struct vmclock_acpi_nodes *nodes, uint32_t node,
                           const struct vmclock_cursor *cursor, uint32_t sta, uint32_t end);

/* All count as reached, and need not be looked for any more. */
static inline void vmclock_nodes_give_up(struct vmclock_acpi_nodes *nodes)
{
    nodes->hopeless = 1;
}

/*
 * Sets flags of the nodes with a last segment, wherever they lie. Returns whether there are any. There must
 * be nodes.
 */
int vmclock_nodes_set_named(struct vmclock_acpi_nodes *nodes, uint32_t segment, uint32_t flags);

/* Whether a segment may be the last one of a node's name; most are not. */
static inline int vmclock_nodes_may_have(const struct vmclock_acpi_nodes *nodes, uint32_t segment)
{
    return (int)(nodes->filter >> (segment >> 24 & 31) & 1);
}

/*
 * Whether a table has a name of ours in it, may give something around one another name, or has text
 * that may be the path of an object of ours; or is too dear to tell. There must be nodes.
 */
int vmclock_nodes_are_named(struct vmclock_acpi_nodes *nodes, const uint8_t *table,
                            uint32_t length);

/* What a token's name lies in, all but its last segment: a node, the root or none. */
uint32_t vmclock_path_container(const struct vmclock_acpi_nodes *nodes,
                                const struct vmclock_path *path, const uint8_t *bytes,
                                const struct vmclock_token *token);

/* Goes where a token's name leads. Returns 0 if there is no room; the path is then as it was. */
int vmclock_path_enter(const struct vmclock_acpi_nodes *nodes, struct vmclock_path *path,
                       const uint8_t *bytes, const struct vmclock_token *token);

/* The node that the path leads to, or ACPI_NO_NODE. */
static inline uint32_t vmclock_path_node(const struct vmclock_path *path)
{
    return path->ends.last != path->ends.first ? path->node[path->ends.last - 1] : ACPI_NO_NODE;
}

#endif
