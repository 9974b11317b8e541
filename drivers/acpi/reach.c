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
#include "drivers/acpi/object.h"
#include "drivers/acpi/reach.h"

/* The name of what may be a node, where it may be replaced, made in advance, or named again. */
static void reach_note_node(struct walk *walk, uint32_t segment)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;

    if (vmclock_nodes_set_named(nodes, segment, NODE_REACHED | NODE_UNSURE) &&
        walk->before[0] == AML_ALIAS)
        vmclock_nodes_give_up(nodes); /* what has two names is not followed */
}

/*
 * What a name is, or lies in: flags of the node if it is a watched object, and of any. With NODE_KNOWN it is
 * defined; else one segment alone is looked for.
 */
static VMCLOCK_NOINLINE void reach_note_named(struct walk *walk, const struct vmclock_token *name,
                                              uint32_t flags, uint32_t any)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t node;

    if (vmclock_token_plain(name)) {
        vmclock_reach_set_watched(nodes, walk->path.node + walk->path.ends.first,
                                  (uint32_t)walk->path.ends.last - walk->path.ends.first,
                                  name->segment);
        if (!(flags & NODE_KNOWN))
            return;
    }
    node = vmclock_path_container(nodes, &walk->path, walk->cursor.bytes, name);
    if (vmclock_reach_is_watched(nodes, node, name->segment))
        any |= flags;
    vmclock_nodes_set(nodes, node, any);
}

/*
 * What a name that may be made leads through: interpreters make that first, and then not the device of such a
 * name that comes later.
 */
static void reach_note_way(struct walk *walk, const struct vmclock_token *name)
{
    uint32_t at = name->segments, left = name->count - 1u;

    for (; left != 0 && walk->search->memory != NULL; left--, at += 4)
        vmclock_nodes_set_named(&walk->search->nodes, vmclock_cursor_word(walk->cursor.bytes, at),
                                NODE_REACHED | NODE_UNSURE | NODE_EXISTS << NODE_UNLESS_SHIFT);
}

/* A name where a term stands: it is read, called, changed or made. */
static void reach_note_mention(struct walk *walk, const struct vmclock_token *name)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t segment = name->segment;

    if (segment == 0) { /* a scope itself: nothing can be put into it so */
        nodes->hopeless |= walk->before[0] == AML_ALIAS;
        return;
    }
    if (name->start >= walk->method)
        reach_note_way(walk, name);
    if (vmclock_object_is_read(walk->before)) {
        if (segment == AML_STA) /* an integer; what else is read may be handed on */
            return;
    } else if (walk->before[0] == AML_ALIAS || vmclock_nodes_may_have(nodes, segment)) {
        reach_note_node(walk, segment);
    }
    reach_note_named(walk, name, /* it may be made, and what it gives is not known */
                     segment == AML_STA && name->start >= walk->method ? NODE_REACHED | NODE_KNOWN
                                                                       : NODE_REACHED,
                     NODE_MENTIONED);
}

/*
 * The first _STA of a node may say that nothing in it is there. Returns whether it is known.
 */
static int reach_note_status(const struct walk *walk, struct vmclock_acpi_node *node,
                             const struct vmclock_token *object)
{
    const struct vmclock_cursor *cursor = &walk->cursor;
    struct vmclock_token value;
    uint64_t status;
    uint32_t flags = NODE_STATUS;

    if (node->flags & NODE_STATUS)
        return 0;
    if (vmclock_object_at(cursor->bytes, object->start, cursor->end, &value) == OBJECT_CONSTANT ||
        object->opcode == AML_NAME) {
        flags |= NODE_KNOWN;
        if (!vmclock_token_integer(cursor, &value, &status))
            flags |= NODE_REACHED;
        else if ((status & 9) == 0) /* that of a power resource says something else */
            flags |= node->flags & NODE_HARDWARE ? NODE_ABSENT : NODE_REACHED;
    }
    node->flags |= (uint16_t)flags;
    return 1;
}

/* The first definition of what the _STA or _CRS of a node returns. It stands in the open block. */
static void reach_note_value(const struct walk *walk, struct vmclock_acpi_node *node,
                             const struct vmclock_token *object)
{
    uint16_t *value = node->values;
    uint32_t i, end = walk->cursor.end;

    for (i = 0; i < 2; i++, value++) {
        if (*value >= 4 && *value <= end &&
            vmclock_cursor_word(walk->cursor.bytes, end - *value) == object->segment)
            *value = (uint16_t)vmclock_path_before(end, object->start);
    }
}

/* An object that is no block is defined. Returns whether it is the one that counts for a device. */
static VMCLOCK_NOINLINE int reach_note_definition(struct walk *walk,
                                                  const struct vmclock_token *object)
{
    struct vmclock_acpi_nodes *nodes = &walk->search->nodes;
    uint32_t node = vmclock_path_container(nodes, &walk->path, walk->cursor.bytes, object);
    struct vmclock_acpi_node *known;
    int certain = object->start >= walk->conditional && !walk->damaged &&
                  (object->opcode == AML_NAME || object->opcode == AML_METHOD);

    vmclock_nodes_set(nodes, vmclock_nodes_child(nodes, node, object->segment),
                      NODE_REACHED | NODE_UNSURE | NODE_KNOWN);
    if (!vmclock_reach_is_watched(nodes, node, object->segment))
        return 0;
    known = &nodes->node[node];
    if (!(known->flags & NODE_EXISTS) && walk->search->memory != NULL)
        certain = 0; /* too early */
    if (walk->path.ends.own && vmclock_token_plain(object) && certain) {
        if (object->segment == AML_STA)
            (void)reach_note_status(walk, known, object);
        reach_note_value(walk, known, object);
        return 1;
    }
    if (known->flags & NODE_DEVICE || object->segment != AML_STA || !certain)
        known->flags |= NODE_MENTIONED | NODE_REACHED | NODE_KNOWN;
    else if (!reach_note_status(walk, known, object))
        known->flags |= NODE_REACHED;
    return 0;
}

/* Whether all that is open around a definition exists, as far as other tables are known. */
static void reach_note_surroundings(const struct walk *walk, struct vmclock_acpi_node *known)
{
    const struct vmclock_acpi_node *node = walk->search->nodes.node;
    const struct level *level;
    uint32_t around;

    for (around = vmclock_node_parent(known); around != ACPI_ROOT;
         around = vmclock_node_parent(&node[around])) {
        if (node[around].flags & NODE_UNSURE)
            known->flags |= NODE_REACHED;
        else if (!(node[around].flags & NODE_EXISTS) && walk->search->memory != NULL)
            known->flags |= NODE_ORPHAN;
    }
    for (level = walk->levels + 2; level < walk->levels + walk->depth; level++) {
        if (walk->search->memory == NULL || level->around.last == level->around.first)
            continue;
        around = walk->path.node[level->around.last - 1]; /* the block around that one */
        if (around == ACPI_NO_NODE)
            known->flags |= NODE_REACHED;
        else if (!(node[around].flags & NODE_EXISTS))
            known->flags |= NODE_ORPHAN;
    }
}

/* A Scope of one name, that may be one farther up: where what it lies in is, is not known. */
static VMCLOCK_NOINLINE void reach_note_astray(struct walk *walk, uint32_t segment)
{
    walk->path.ends.floor = walk->path.ends.last;
    vmclock_nodes_set_named(&walk->search->nodes, segment, NODE_REACHED | NODE_UNSURE | NODE_KNOWN);
}

/* The block of a node begins. Returns whether it is entered: one that is there already is not. */
static VMCLOCK_NOINLINE int reach_note_block(struct walk *walk, const struct vmclock_token *block,
                                             struct vmclock_acpi_node *known)
{
    const struct vmclock_acpi_search *search = walk->search;
    uint32_t origin = vmclock_acpi_origin(search, block->start);

    if (block->opcode == AML_SCOPE) {
        known->flags |= NODE_MENTIONED;
        if (vmclock_token_plain(block) && walk->path.ends.last - walk->path.ends.first > 1 &&
            !(known->flags & NODE_EXISTS) && search->memory != NULL)
            reach_note_astray(walk, block->segment);
        return 1;
    }
    if (block->opcode == AML_METHOD || walk->damaged) {
        known->flags |= NODE_REACHED | NODE_UNSURE;
        return 1;
    }
    if (known->flags & NODE_EXISTS && known->origin != origin)
        return 0;
    if (known->origin != 0 && known->origin != origin)
        known->flags |= NODE_REACHED; /* by what names it gives its values was not kept */
    known->origin = origin;
    walk->path.ends.own = 1;
    if (known->flags & NODE_EXISTS)
        return 1;
    known->flags |= block->opcode == AML_DEVICE ? NODE_EXISTS | NODE_HARDWARE : NODE_EXISTS;
    if (block->start < walk->conditional)
        known->flags |= NODE_REACHED | NODE_UNSURE;
    reach_note_surroundings(walk, known);
    return 1;
}

static void reach_leave_level(struct walk *walk)
{
    const struct level *level = &walk->levels[--walk->depth];

    walk->path.ends = level->around;
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
        level->around = walk->path.ends;
        if (vmclock_path_enter(nodes, &walk->path, walk->cursor.bytes, block)) {
            walk->path.ends.own = 0;
            walk->depth++;
            node = vmclock_path_node(&walk->path);
            vmclock_token_enter(&walk->cursor, block);
            if (node == ACPI_NO_NODE && block->opcode == AML_SCOPE && vmclock_token_plain(block))
                reach_note_astray(walk, block->segment);
            if (node != ACPI_NO_NODE ? !reach_note_block(walk, block, &nodes->node[node])
                                     : walk->shallow)
                walk->cursor.at = walk->cursor.end;
            return;
        }
    }
    vmclock_reach_lose(walk, block->start, block->end);
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
        if (vmclock_reach_counts(vmclock_cursor_word(bytes, token->segments + 4 * i)))
            return 1;
    }
    return 0;
}

static VMCLOCK_NOINLINE void reach_step(struct walk *walk)
{
    struct vmclock_cursor *cursor = &walk->cursor;
    struct vmclock_token token;
    uint32_t opcode;
    int block;

    vmclock_token_next(cursor, &token);
    opcode = token.opcode;
    block = vmclock_token_is_block(opcode);
    /*
     * Any bytes are an Alias's names to an interpreter. Of a term that runs over the end of what is conditional,
     * and of one that takes the end of its block for its operand, it goes on behind that end.
     */
    if (((walk->before[0] == AML_ALIAS || walk->before[1] == AML_ALIAS) &&
         opcode != AML_NAME_STRING) ||
        walk->conditional - token.start - 1 < token.end - token.start - 1 ||
        (opcode - 2 < 4 && token.end == cursor->end)) /* Match's, without what must follow */
        vmclock_cursor_fail(cursor);
    /* A name goes up to before the floor; AML_ROOT is so great that it wraps to far behind it. */
    if (cursor->error == 0 &&
        (reach_is_below(cursor->bytes, &token, block) ||
         ((uint8_t)(walk->path.ends.last - token.up) < walk->path.ends.floor &&
          (vmclock_nodes_set_named(&walk->search->nodes, token.segment, 0) |
           vmclock_reach_counts(token.segment)))))
        vmclock_nodes_give_up(&walk->search->nodes);
    if (cursor->error != 0) {
        ; /* see below */
    } else if (opcode == AML_NAME_STRING || opcode == AML_ACQUIRE) {
        reach_note_mention(walk, &token);
    } else if (block) {
        if (token.count != 0) /* it replaces what gives a value, or makes it another kind */
            reach_note_named(walk, &token, NODE_REACHED, 0);
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
    } else if ((opcode >= AML_IF && opcode <= AML_WHILE) ||
               ((opcode == AML_PACKAGE || opcode == AML_VAR_PACKAGE) && !walk->shallow)) {
        if (opcode != AML_IF || cursor->bytes[token.body] != AML_ZERO) {
            /* What is in If (Zero) is never executed: compilers put External there. */
            reach_set_conditional(walk, token.end);
            cursor->at = token.body + (opcode == AML_PACKAGE);
        }
    } else if (opcode == AML_STRING) {
        vmclock_reach_note_text(walk, token.body, token.end);
    } else if (opcode == AML_BUFFER) {
        cursor->error = vmclock_reach_note_buffer(walk, &token);
    } else if (opcode == AML_FIELD || opcode >= AML_INDEX_FIELD) {
        vmclock_reach_search_bytes(walk, token.start, token.end, opcode == AML_BANK_FIELD);
    } else if (opcode == AML_EXTERNAL) {
        if (token.start >= walk->method) /* executed: ACPICA may lose all tables by it */
            vmclock_nodes_give_up(&walk->search->nodes);
    } else if (token.count != 0) {
        (void)reach_note_definition(walk, &token);
    }
    if (cursor->error != 0) { /* an interpreter loses its place there */
        vmclock_reach_lose(walk, token.start, cursor->end);
        cursor->at = cursor->end;
        cursor->error = 0;
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
    walk.path.ends = ACPI_AT_ROOT;
    walk.depth = 1;
    walk.levels[0].end = length;
    vmclock_cursor_set(&walk.cursor, table, ACPI_HEADER_SIZE, length);
    while (!search->nodes.hopeless) {
        if (walk.cursor.at < walk.cursor.end)
            reach_step(&walk);
        else if (walk.depth == 1)
            return;
        else
            reach_leave_level(&walk);
    }
}
