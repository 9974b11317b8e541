/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a table does to devices, its own or another table's: whether it may change an object that
 * counts, and whether what the devices lie in exists and is present.
 *
 * The table is followed as a flat row of tokens, into methods and conditional blocks too, with a
 * stack of the scopes that are open. A name is taken for what ACPI's rules make of it: an absolute or
 * a relative path, or one segment that is looked for upwards (ACPI 6.5, 5.3). As to what
 * counts first, and what is left out, that is as ACPICA loads tables.
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
    uint32_t method;      /* up to this offset it is a method's code */
    uint16_t before[2];   /* opcodes of the last token and of the one before */
    uint8_t damaged;
    uint8_t shallow; /* the table names nothing of ours: what is in other blocks does not matter */
    uint8_t depth;
    struct vmclock_path path;
    struct level levels[REACH_LEVELS];
};

static int reach_counts(uint32_t segment)
{
    return segment == AML_STA || segment == AML_CRS || segment == AML_HID || segment == AML_CID;
}

/*
 * Bytes that are not followed: a name that they have may be reached, or taken, with which an interpreter
 * loses what lies in it. any: even without one, what they stand in is.
 */
static VMCLOCK_NOINLINE void reach_search_bytes(struct walk *walk, uint32_t at, uint32_t end,
                                                int any)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t word = 0, node;

    for (; at < end; at++) {
        word = word >> 8 | (uint32_t)walk->cursor.bytes[at] << 24;
        any |= reach_counts(word);
        if (vmclock_nodes_may_have(nodes, word))
            vmclock_nodes_set_named(nodes, word, NODE_REACHED | NODE_UNSURE | NODE_KNOWN);
    }
    for (at = walk->path.first; at < walk->path.last; at++) {
        node = walk->path.node[at];
        if (node != ACPI_NO_NODE &&
            (any || nodes->node[node].names[0] != 0 || nodes->node[node].names[1] != 0))
            vmclock_nodes_set(nodes, node, NODE_REACHED);
    }
}

/*
 * Code that cannot be followed. Where it may have an Alias, or text that is the path of what counts, it
 * is not known of which device.
 */
static VMCLOCK_NOINLINE void reach_lose(struct walk *walk, uint32_t at, uint32_t end)
{
    uint32_t word = 0;

    reach_search_bytes(walk, at, end, 1);
    for (; at < end; at++) {
        word = word >> 8 | (uint32_t)walk->cursor.bytes[at] << 24;
        if ((reach_counts(vmclock_path_fold(word)) && walk->cursor.bytes[at - 4] == '.') ||
            ((word >> 16 & 0xff) == AML_ALIAS && word >> 24 >= '.'))
            vmclock_nodes_give_up(&walk->search->nodes);
    }
}

/* Whether an object of a node reach_counts. */
static int reach_is_watched(const struct vmclock_acpi_nodes *nodes, uint32_t node, uint32_t segment)
{
    uint8_t mark = vmclock_path_mark(segment);

    if (node == ACPI_NO_NODE)
        return 0;
    return reach_counts(segment) || nodes->node[node].names[0] == mark ||
           nodes->node[node].names[1] == mark;
}

/*
 * Text, as a string or in a buffer, may be the path of an object, from wherever and through whatever
 * names it leads: all nodes are reached of which its last segment names a watched object.
 */
static VMCLOCK_NOINLINE void reach_note_text(struct walk *walk, uint32_t at, uint32_t end)
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
    segment = vmclock_path_fold(segment);
    for (i = 0; i < nodes->count; i++) {
        if (reach_is_watched(nodes, i, segment))
            vmclock_nodes_set(nodes, i, NODE_REACHED);
    }
}

/* A Buffer may be text. Its size, unless it is simple, may be the call of a method. */
static void reach_note_buffer(struct walk *walk, const struct vmclock_token *buffer)
{
    struct vmclock_cursor cursor;
    struct vmclock_token size;
    uint32_t at;

    vmclock_cursor_set(&cursor, walk->cursor.bytes, buffer->body, buffer->end);
    vmclock_token_next(&cursor, &size);
    if (buffer->body < buffer->end && (cursor.error != 0 || !vmclock_token_simple(size.opcode)))
        reach_search_bytes(walk, buffer->body, buffer->end, 1);
    for (at = cursor.at; at < buffer->end && walk->cursor.bytes[at] != 0; at++)
        ;
    reach_note_text(walk, cursor.at, at); /* as a string it ends there, ... */
    if (at < buffer->end)
        reach_note_text(walk, cursor.at, buffer->end); /* ... but not all code makes it one */
}

/* The name of what may be a node, where it may be replaced, made in advance, or named again. */
static void reach_note_node(struct walk *walk, const struct vmclock_token *name)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;

    if ((name->count == 0 ||
         vmclock_nodes_set_named(nodes, name->segment, NODE_REACHED | NODE_UNSURE)) &&
        walk->before[0] == AML_ALIAS)
        vmclock_nodes_give_up(nodes); /* what has two names is not followed */
}

/* A name where a term stands: it is read, called, changed or made. */
static VMCLOCK_NOINLINE void reach_note_mention(struct walk *walk, const struct vmclock_token *name)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t segment = name->segment;
    uint32_t node, i, flags = NODE_REACHED;

    if (vmclock_object_is_read(walk->before)) {
        if (segment == AML_STA) /* an integer; what else is read may be handed on */
            return;
    } else if (name->count == 0 || vmclock_nodes_may_have(nodes, segment)) {
        reach_note_node(walk, name);
    }
    if (walk->before[1] == AML_ALIAS) { /* an object is made, and what it gives is not known */
        flags |= NODE_KNOWN;
    } else if (vmclock_token_plain(name)) {
        for (i = walk->path.first; i < walk->path.last; i++) {
            if (reach_is_watched(nodes, walk->path.node[i], segment))
                vmclock_nodes_set(nodes, walk->path.node[i], flags);
        }
        return;
    }
    node = vmclock_nodes_find(
        nodes, vmclock_path_container(&walk->path, walk->cursor.bytes, name, name->up));
    vmclock_nodes_set(nodes, node, NODE_MENTIONED);
    if (reach_is_watched(nodes, node, segment))
        vmclock_nodes_set(nodes, node, flags);
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
    uint32_t flags = NODE_STATUS;

    vmclock_cursor_set(&cursor, walk->cursor.bytes, walk->cursor.at, walk->cursor.end);
    if (nodes->node[node].flags & NODE_STATUS)
        return 0;
    if (vmclock_object_value(&cursor, object, &value) == OBJECT_CONSTANT ||
        object->opcode == AML_NAME) {
        flags |= NODE_KNOWN;
        if (!vmclock_token_integer(&cursor, &value, &status))
            flags |= NODE_REACHED;
        else if ((status & 9) == 0) /* that of a power resource says something else */
            flags |= nodes->node[node].flags & NODE_HARDWARE ? NODE_ABSENT : NODE_REACHED;
    }
    vmclock_nodes_set(nodes, node, flags);
    return 1;
}

/* An object that is no block is defined. Returns whether it is the one that reach_counts for a device. */
static VMCLOCK_NOINLINE int reach_note_definition(struct walk *walk,
                                                  const struct vmclock_token *object)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t container =
        vmclock_path_container(&walk->path, walk->cursor.bytes, object, object->up);
    uint32_t node = vmclock_nodes_find(nodes, container);
    int certain = object->start >= walk->conditional && !walk->damaged &&
                  (object->opcode == AML_NAME || object->opcode == AML_METHOD);

    vmclock_nodes_set(nodes,
                      vmclock_nodes_find(nodes, vmclock_path_extend(container, object->segment)),
                      NODE_REACHED | NODE_UNSURE | NODE_KNOWN);
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
    uint32_t origin = vmclock_acpi_origin(search, block->start);

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
    vmclock_nodes_set(&search->nodes, node,
                      block->opcode == AML_DEVICE ? NODE_EXISTS | NODE_HARDWARE : NODE_EXISTS);
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
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    struct level *level = &walk->levels[walk->depth];
    uint32_t node;

    if (walk->depth != REACH_LEVELS) {
        level->end = block->end;
        level->own = 0;
        level->first = walk->path.first;
        level->last = walk->path.last;
        if (vmclock_path_enter(nodes, &walk->path, walk->cursor.bytes, block, block->up)) {
            walk->depth++;
            node = vmclock_path_node(&walk->path);
            vmclock_token_enter(&walk->cursor, block);
            if (node == ACPI_NO_NODE && block->opcode == AML_SCOPE && vmclock_token_plain(block))
                vmclock_nodes_set_named(nodes, block->segment, NODE_REACHED | NODE_UNSURE);
            if (node != ACPI_NO_NODE ? !reach_note_block(walk, block, node) : walk->shallow)
                walk->cursor.at = walk->cursor.end;
            return;
        }
    }
    reach_lose(walk, block->start, block->end);
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

/* Whether something is put into an object that counts, which is a method or the like then. */
static int reach_is_below(const uint8_t *bytes, const struct vmclock_token *token, int block)
{
    uint32_t i;

    for (i = 0; i + !block < token->count; i++) {
        if (reach_counts(vmclock_cursor_word(bytes, token->segments + 4 * i)))
            return 1;
    }
    return 0;
}

static void reach_step(struct walk *walk)
{
    struct vmclock_cursor *cursor = &walk->cursor;
    struct vmclock_token token;
    uint32_t opcode;
    int block;

    vmclock_token_next(cursor, &token);
    opcode = token.opcode;
    block = vmclock_token_is_block(opcode);
    if (cursor->error == 0 && reach_is_below(cursor->bytes, &token, block))
        vmclock_nodes_give_up(&walk->search->nodes);
    if (cursor->error != 0) {
        reach_lose(walk, token.start, cursor->end);
        cursor->error = 0;
        cursor->at = cursor->end;
    } else if (opcode == AML_NAME_STRING || opcode == AML_ACQUIRE) {
        reach_note_mention(walk, &token);
    } else if (block) {
        if (opcode == AML_SCOPE || !walk->shallow)
            reach_enter_level(walk, &token);
    } else if (opcode == AML_METHOD) {
        if (reach_is_followed(walk, &token) && !walk->shallow) {
            reach_set_conditional(walk, token.end);
            if (walk->method < token.end)
                walk->method = token.end;
            reach_enter_level(walk, &token);
        }
    } else if (opcode == AML_RETURN) {
        if (token.start >= walk->method) /* it ends the table */
            walk->conditional = walk->levels[0].end;
    } else if (opcode >= AML_IF && opcode <= AML_WHILE) {
        reach_set_conditional(walk, token.end);
        cursor->at = token.body;
    } else if ((opcode == AML_PACKAGE || opcode == AML_VAR_PACKAGE) && !walk->shallow) {
        cursor->at = token.body + (opcode == AML_PACKAGE && token.body < token.end);
    } else if (opcode == AML_STRING) {
        reach_note_text(walk, token.body, token.end);
    } else if (opcode == AML_BUFFER) {
        reach_note_buffer(walk, &token);
    } else if (opcode == AML_FIELD || opcode >= AML_INDEX_FIELD) {
        reach_search_bytes(walk, token.body, token.end, opcode == AML_BANK_FIELD);
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

    if (search->nodes.hopeless)
        return;
    walk.search = search;
    walk.damaged = (uint8_t)damaged;
    walk.shallow = !vmclock_nodes_are_named(&search->nodes, table, length);
    walk.conditional = 0;
    walk.method = 0;
    walk.before[0] = walk.before[1] = 0;
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
