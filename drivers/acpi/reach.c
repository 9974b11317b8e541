/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a table does to devices, its own or another table's: whether it may change an object that
 * reach_counts, and whether what the devices lie in exists and is present.
 *
 * The table is followed as a flat row of tokens, into methods and conditional blocks too, with a
 * stack of the scopes that are open. A name is taken for what ACPI's rules make of it: an absolute or
 * a relative path, or one segment that is looked for upwards (ACPI 6.5, 5.3). As to what reach_counts
 * first, and what is left out, that is as ACPICA loads tables.
 */
#include "drivers/acpi/internal.h"
#include "drivers/acpi/object.h"

#define REACH_LEVELS \
    (VMCLOCK_ACPI_MAX_DEPTH + 2u) /* a method in the deepest block, and one in that */

/* A scope that is open. */
struct level {
    uint32_t end;
    uint8_t own;   /* the block of a definition that reach_counts */
    uint8_t first; /* the path around it */
    uint8_t last;
};

struct walk {
    struct vmclock_acpi_search *search;
    struct vmclock_cursor cursor;
    uint32_t conditional; /* up to this offset only execution tells what is there */
    uint16_t before[2];   /* opcodes of the last token and of the one before */
    uint8_t damaged;
    uint8_t alias; /* the node that an Alias is about to name again */
    uint8_t depth;
    struct vmclock_path path;
    struct level levels[REACH_LEVELS];
};

static int reach_counts(uint32_t segment)
{
    return segment == AML_STA || segment == AML_CRS || segment == AML_HID || segment == AML_CID;
}

/* Sets flags of all nodes of the present path. */
static void reach_set_around(struct walk *walk, uint32_t flags)
{
    uint32_t i;

    for (i = walk->path.first; i < walk->path.last; i++)
        vmclock_nodes_set(&walk->search->nodes, walk->path.node[i], flags);
}

/*
 * Bytes that are not followed: a name that they have may be reached. text: they are a string, which
 * makes a name only with a dot behind it.
 */
static VMCLOCK_NOINLINE void reach_search_bytes(struct walk *walk, uint32_t at, uint32_t end,
                                                int text)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    const uint8_t *bytes = walk->cursor.bytes;
    uint32_t word = 0;
    int any = !text;

    for (; at < end; at++) {
        word = word >> 8 | (uint32_t)bytes[at] << 24;
        any |= reach_counts(word);
        if (vmclock_nodes_may_have(nodes, word) &&
            (!text || (at + 1 < end && bytes[at + 1] == '.')))
            vmclock_nodes_set_marked(nodes, vmclock_path_mark(word), NODE_REACHED | NODE_UNSURE);
    }
    if (any)
        reach_set_around(walk, NODE_REACHED);
}

/* Whether an object of a node reach_counts. */
static int reach_is_watched(const struct vmclock_acpi_nodes *nodes, uint32_t node, uint32_t segment)
{
    uint8_t mark = vmclock_path_short_mark(segment);

    if (node == ACPI_NO_NODE)
        return 0;
    return reach_counts(segment) ||
           ((segment & 0xff) != '_' &&
            (nodes->node[node].names[0] == mark || nodes->node[node].names[1] == mark));
}

/*
 * The innermost node that a name may be, or ACPI_NO_NODE: one segment is looked for upwards. Leaves
 * how far up.
 */
static VMCLOCK_NOINLINE uint32_t reach_find_upwards(struct walk *walk,
                                                    const struct vmclock_token *name, uint32_t *up)
{
    const struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t last = name->up, hash, node;

    *up = name->up;
    if (vmclock_token_plain(name)) {
        if (!vmclock_nodes_may_have(nodes, name->segment))
            return ACPI_NO_NODE;
        last = (uint32_t)walk->path.last - walk->path.first;
    }
    for (;; ++*up) {
        hash = vmclock_path_container(nodes, &walk->path, walk->cursor.bytes, name, *up);
        node = vmclock_nodes_find(nodes, vmclock_path_extend(nodes, hash, name->segment));
        if (node != ACPI_NO_NODE || *up >= last)
            return node;
    }
}

/* The first name of an Alias. If there is no such object yet, one is made, in the way of a later one. */
static void reach_note_source(struct walk *walk, uint32_t node)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;

    walk->alias = (uint8_t)node;
    if (node == ACPI_NO_NODE)
        return;
    if (nodes->sources++ == ACPI_SOURCES) /* each costs more than its bytes may */
        vmclock_nodes_give_up(nodes);
    if (!(nodes->node[node].flags & NODE_EXISTS) &&
        (walk->search->memory != NULL || nodes->node[node].flags & NODE_DEVICE))
        vmclock_nodes_set(nodes, node, NODE_REACHED | NODE_UNSURE);
}

/* The second name of an Alias. */
static void reach_note_alias(struct walk *walk, uint32_t container,
                             const struct vmclock_token *name)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t hash = vmclock_path_extend(nodes, container, name->segment);
    uint32_t node = vmclock_nodes_find(nodes, hash);

    if (node != ACPI_NO_NODE) {
        if (node != walk->alias)
            vmclock_nodes_set(nodes, node, NODE_REACHED | NODE_UNSURE);
    } else if (walk->alias != ACPI_NO_NODE) {
        nodes->aliases = 1;
        nodes->again = 1;
        if (vmclock_nodes_add(nodes, hash, vmclock_path_mark(name->segment), walk->alias,
                              NODE_ALIAS) == ACPI_NO_NODE)
            vmclock_nodes_give_up(nodes);
    }
    walk->alias = ACPI_NO_NODE;
}

/* A name where a term stands: it is read, called, changed or made. */
static VMCLOCK_NOINLINE void reach_note_mention(struct walk *walk, const struct vmclock_token *name)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t segment = name->segment;
    uint32_t container, node, i;

    if (name->count == 0)
        return;
    container = vmclock_path_container(nodes, &walk->path, walk->cursor.bytes, name, name->up);
    if (walk->before[0] == AML_ALIAS)
        reach_note_source(walk, reach_find_upwards(walk, name, &i));
    else if (walk->before[1] == AML_ALIAS)
        reach_note_alias(walk, container, name);
    /* _STA is an integer; what else is read may be handed on */
    if (segment == AML_STA && vmclock_object_is_read(walk->before))
        return;
    if (vmclock_token_plain(name)) {
        for (i = walk->path.first; i < walk->path.last; i++) {
            if (reach_is_watched(nodes, walk->path.node[i], segment))
                vmclock_nodes_set(nodes, walk->path.node[i], NODE_REACHED);
        }
        return;
    }
    node = vmclock_nodes_find(nodes, container);
    vmclock_nodes_set(nodes, node, NODE_MENTIONED);
    if (reach_is_watched(nodes, node, segment))
        vmclock_nodes_set(nodes, node, NODE_REACHED);
}

/*
 * The first _STA of a node may say that nothing in it is there. Returns whether it is known.
 */
static int reach_note_status(struct walk *walk, uint32_t node, const struct vmclock_token *object)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    struct vmclock_cursor cursor;
    struct vmclock_token value;
    uint64_t status;

    vmclock_cursor_set(&cursor, walk->cursor.bytes, walk->cursor.at, walk->cursor.end);
    if (nodes->node[node].flags & NODE_STATUS)
        return 0;
    vmclock_nodes_set(nodes, node, NODE_STATUS);
    if (vmclock_object_value(&cursor, object, &value) == OBJECT_CONSTANT &&
        vmclock_token_integer(&cursor, &value, &status))
        vmclock_nodes_set(nodes, node, NODE_KNOWN | ((status & 9) == 0 ? NODE_ABSENT : 0));
    return 1;
}

/* An object that is no block is defined. Returns whether it is the one that reach_counts for a device. */
static VMCLOCK_NOINLINE int reach_note_definition(struct walk *walk,
                                                  const struct vmclock_token *object)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t container =
        vmclock_path_container(nodes, &walk->path, walk->cursor.bytes, object, object->up);
    uint32_t node = vmclock_nodes_find(nodes, container);
    int certain = object->start >= walk->conditional && !walk->damaged;

    vmclock_nodes_set(
        nodes, vmclock_nodes_find(nodes, vmclock_path_extend(nodes, container, object->segment)),
        NODE_REACHED | NODE_UNSURE);
    if (!reach_is_watched(nodes, node, object->segment))
        return 0;
    if (!(nodes->node[node].flags & NODE_EXISTS) && walk->search->memory != NULL)
        certain = 0; /* too early */
    if (walk->levels[walk->depth - 1].own && vmclock_token_plain(object) && certain) {
        if (object->segment == AML_STA)
            (void)reach_note_status(walk, node, object);
        return 1;
    }
    if (nodes->node[node].flags & NODE_DEVICE || object->segment != AML_STA || !certain)
        vmclock_nodes_set(nodes, node, NODE_MENTIONED | NODE_REACHED | NODE_KNOWN);
    else if (!reach_note_status(walk, node, object))
        vmclock_nodes_set(nodes, node, NODE_REACHED);
    return 0;
}

/* Whether all that is open around a definition exists, as far as other tables are known. */
static void reach_note_surroundings(struct walk *walk, uint32_t node)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    const struct level *level;
    uint32_t i, around;

    for (around = nodes->node[node].parent; around != ACPI_NO_NODE;
         around = nodes->node[around].parent) {
        if (nodes->node[around].flags & NODE_UNSURE)
            vmclock_nodes_set(nodes, node, NODE_REACHED);
        else if (!(nodes->node[around].flags & NODE_EXISTS) && walk->search->memory != NULL)
            vmclock_nodes_set(nodes, node, NODE_ORPHAN);
    }
    for (i = 2; i < walk->depth && walk->search->memory != NULL; i++) {
        level = &walk->levels[i]; /* it has the path of the block around it */
        if (level->last == level->first)
            continue;
        around = walk->path.node[level->last - 1];
        if (around == ACPI_NO_NODE)
            vmclock_nodes_set(nodes, node, NODE_REACHED);
        else if (!(nodes->node[around].flags & NODE_EXISTS))
            vmclock_nodes_set(nodes, node, NODE_ORPHAN);
    }
}

/* The block of a node begins. Returns whether it is entered: one that is there already is not. */
static int reach_note_block(struct walk *walk, const struct vmclock_token *block, uint32_t node)
{
    struct vmclock_acpi_search *search = walk->search;
    struct vmclock_acpi_node *known = &search->nodes.node[node];
    uint16_t origin = vmclock_acpi_origin(search, block->start);

    if (block->opcode == AML_SCOPE) {
        known->flags |= NODE_MENTIONED;
        if (vmclock_token_plain(block) && walk->path.last - walk->path.first > 1 &&
            !(known->flags & NODE_EXISTS) && search->memory != NULL)
            known->flags |= NODE_UNSURE; /* it may be one of that name farther up */
        return 1;
    }
    if (block->opcode == AML_METHOD || walk->damaged) {
        known->flags |= NODE_REACHED | NODE_UNSURE;
        return 1;
    }
    if (known->flags & NODE_EXISTS && known->origin != origin)
        return 0;
    known->origin = origin;
    walk->levels[walk->depth - 1].own = 1;
    if (known->flags & NODE_EXISTS)
        return 1;
    known->flags |= NODE_EXISTS;
    if (block->start < walk->conditional)
        known->flags |= NODE_REACHED | NODE_UNSURE;
    reach_note_surroundings(walk, node);
    return 1;
}

static void reach_leave_level(struct walk *walk)
{
    const struct level *level = &walk->levels[--walk->depth];

    walk->path.first = level->first;
    walk->path.last = level->last;
    if (walk->depth != 0)
        walk->cursor.end = walk->levels[walk->depth - 1].end;
}

/* Opens the scope that a block or a method is, or searches it if that cannot be done. */
static VMCLOCK_NOINLINE void reach_enter_level(struct walk *walk, const struct vmclock_token *block)
{
    struct level *level = &walk->levels[walk->depth];
    uint32_t up = block->up, node;

    if (walk->depth != REACH_LEVELS) {
        level->end = block->end;
        level->own = 0;
        level->first = walk->path.first;
        level->last = walk->path.last;
        if (block->opcode == AML_SCOPE && reach_find_upwards(walk, block, &up) == ACPI_NO_NODE)
            up = block->up;
        if (vmclock_path_enter(&walk->search->nodes, &walk->path, walk->cursor.bytes, block, up)) {
            walk->depth++;
            node = vmclock_path_node(&walk->path);
            vmclock_token_enter(&walk->cursor, block);
            if (node != ACPI_NO_NODE && !reach_note_block(walk, block, node))
                walk->cursor.at = walk->cursor.end;
            return;
        }
    }
    reach_search_bytes(walk, block->start, block->end, 0);
}

/* A method that gives a device's own object is known if it only does that; others are followed. */
static VMCLOCK_NOINLINE int reach_is_followed(struct walk *walk, const struct vmclock_token *method)
{
    struct vmclock_token value;

    return !reach_note_definition(walk, method) ||
           vmclock_object_value(&walk->cursor, method, &value) == OBJECT_COMPUTED;
}

static void reach_set_conditional(struct walk *walk, uint32_t end)
{
    if (walk->conditional < end)
        walk->conditional = end;
}

static void reach_step(struct walk *walk)
{
    struct vmclock_cursor *cursor = &walk->cursor;
    struct vmclock_token token;
    uint32_t opcode;

    vmclock_token_next(cursor, &token);
    opcode = token.opcode;
    if (cursor->error != 0) {
        reach_search_bytes(walk, token.start, cursor->end, 0);
        cursor->error = 0;
        cursor->at = cursor->end;
    } else if (opcode == AML_NAME_STRING || opcode == AML_ACQUIRE) {
        reach_note_mention(walk, &token);
    } else if (vmclock_token_is_block(opcode)) {
        reach_enter_level(walk, &token);
    } else if (opcode == AML_METHOD) {
        if (reach_is_followed(walk, &token)) {
            reach_set_conditional(walk, token.end);
            reach_enter_level(walk, &token);
        }
    } else if (opcode >= AML_IF && opcode <= AML_WHILE) {
        reach_set_conditional(walk, token.end);
        cursor->at = token.body;
    } else if (opcode == AML_PACKAGE || opcode == AML_VAR_PACKAGE) {
        cursor->at = token.body + (opcode == AML_PACKAGE && token.body < token.end);
    } else if (opcode == AML_STRING || opcode == AML_FIELD || opcode >= AML_INDEX_FIELD) {
        reach_search_bytes(walk, token.body, token.end, 1);
    } else if (token.count != 0 && opcode != AML_EXTERNAL) {
        (void)reach_note_definition(walk, &token);
    }
    walk->before[1] = walk->before[0];
    walk->before[0] = (uint16_t)opcode;
}

void vmclock_acpi_reach(struct vmclock_acpi_search *search, const uint8_t *table, uint32_t length,
                        int damaged)
{
    struct walk walk;

    if (search->nodes.hopeless || !vmclock_nodes_are_named(&search->nodes, table, length))
        return;
    walk.search = search;
    walk.damaged = (uint8_t)damaged;
    walk.conditional = 0;
    walk.before[0] = walk.before[1] = 0;
    walk.alias = ACPI_NO_NODE;
    walk.path.first = walk.path.last = 0;
    walk.depth = 1;
    walk.levels[0].end = length;
    walk.levels[0].own = 0;
    walk.levels[0].first = walk.levels[0].last = 0;
    vmclock_cursor_set(&walk.cursor, table, ACPI_HEADER_SIZE, length);
    while (walk.depth != 0 && !search->nodes.hopeless) {
        if (walk.cursor.at < walk.cursor.end)
            reach_step(&walk);
        else
            reach_leave_level(&walk);
    }
}
