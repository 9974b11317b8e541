/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds vmclock devices in AML without executing any.
 *
 * Blocks that hold named objects (Scope, Device and the like) are entered, with an explicit stack;
 * everything else is stepped over token by token. What cannot be followed (conditional blocks,
 * malformed or unknown code) is data up to the end of its block: it is only searched for the strings
 * that identify a vmclock device, to tell "there may be one" from "there is none".
 *
 * What changes a device from elsewhere is reach.c's.
 */
#include <vmclock/error.h>
#include "drivers/acpi/ids.h"
#include "drivers/acpi/internal.h"
#include "drivers/acpi/object.h"
#include "drivers/collect.h"

/*
 * A block that has been entered: offsets of its opcode and of the first definitions of two objects;
 * 0: none. Small, since a stack of them is what a search mostly takes.
 */
struct block {
    uint32_t start : 24; /* tables are not longer than 2^24 bytes */
    uint32_t device : 1;
    uint32_t identity : 2;
    uint32_t ids : 2;   /* bit 0: there was a _HID, bit 1: a _CID */
    uint32_t named : 1; /* another object has one of our strings */
    uint32_t sta;
    uint32_t crs;
    uint32_t end;
};
VMCLOCK_STATIC_ASSERT(VMCLOCK_ACPI_MAX_TABLE <= 1u << 24, "block.start");

struct scan {
    struct vmclock_acpi_search *search;
    struct vmclock_cursor cursor;
    struct block *block; /* the innermost one, the last of those in use */
    uint32_t clear;      /* up to here no block that is looked at has one of our strings */
    uint32_t placed;     /* of so many blocks it is known where they lie: the last one at path */
    struct block blocks[VMCLOCK_ACPI_MAX_DEPTH];
    struct vmclock_path path;
    uint8_t first[VMCLOCK_ACPI_MAX_DEPTH]; /* the path around each of them */
    uint8_t last[VMCLOCK_ACPI_MAX_DEPTH];
};

/* Code or fields that mention an id may make it. */
static void aml_note_code(struct scan *scan, uint32_t opcode, uint32_t at, uint32_t end)
{
    struct block *block = scan->block;

    if (block->identity == IDENTITY_OTHER &&
        vmclock_ids_are_named(scan->cursor.bytes, opcode, at, end))
        block->identity = IDENTITY_COMPUTED;
}

/* Takes in a _HID or _CID of a block. */
static VMCLOCK_NOINLINE void aml_note_id(struct scan *scan, const struct vmclock_token *object)
{
    struct block *block = scan->block;
    struct vmclock_token value;
    enum object kind = vmclock_object_value(&scan->cursor, object, &value);
    enum identity identity;
    uint32_t ids = object->segment == AML_HID ? 1 : 2;

    if (scan->cursor.error != 0)
        return;
    identity = vmclock_ids_identity(&scan->cursor, object, kind == OBJECT_CONSTANT ? &value : NULL);
    if (identity > IDENTITY_COMPUTED && block->ids & ids) /* of two, the first counts */
        identity = IDENTITY_PERHAPS;
    if (identity > IDENTITY_COMPUTED && !vmclock_token_plain(object))
        vmclock_acpi_report(scan->search, VMCLOCK_ERR_UNSUPPORTED, WEIGHT_DEVICE, object->start);
    else if (identity > block->identity)
        block->identity = identity & 3;
    if (vmclock_token_plain(object))
        block->ids |= ids & 3;
}

/* Takes in another object of a block. */
static VMCLOCK_NOINLINE void aml_note_object(struct scan *scan, const struct vmclock_token *object)
{
    struct block *block = scan->block;
    struct vmclock_token value;

    if (object->opcode == AML_METHOD) {
        if (vmclock_ids_mentioned(scan->cursor.bytes, object->body, object->end))
            block->named = 1;
        aml_note_code(scan, AML_METHOD, object->start, object->end);
    } else {
        vmclock_token_next(&scan->cursor, &value);
        if (scan->cursor.error != 0)
            return;
        if (vmclock_ids_mentioned(scan->cursor.bytes, value.start, value.end)) {
            if (vmclock_token_constant(&value))
                block->named = 1;
            else
                vmclock_acpi_report(scan->search, VMCLOCK_ERR_UNSUPPORTED, WEIGHT_DEVICE,
                                    value.start);
        }
    }
    if (vmclock_token_plain(object) && object->segment == AML_STA && block->sta == 0)
        block->sta = object->start;
    else if (vmclock_token_plain(object) && object->segment == AML_CRS && block->crs == 0)
        block->crs = object->start;
}

static int aml_read_block_crs(struct scan *scan, const struct block *block,
                              const struct vmclock_acpi_node *node)
{
    struct vmclock_cursor cursor;
    int error;

    if (block->crs == 0) /* others may put one there */
        return node->flags & NODE_MENTIONED ? VMCLOCK_ERR_UNSUPPORTED : VMCLOCK_ERR_RESOURCE;
    error =
        vmclock_object_buffer(scan->cursor.bytes, block->crs, block->end, node->values[1], &cursor);
    return error ? error : vmclock_acpi_read_crs(&cursor, &scan->search->region);
}

/*
 * The node of the innermost block, or ACPI_NO_NODE. In the first pass it is added, with those around it,
 * if there is room.
 */
static VMCLOCK_NOINLINE uint32_t aml_block_node(struct scan *scan)
{
    struct vmclock_acpi_nodes *nodes = &scan->search->nodes;
    struct vmclock_path *path = &scan->path;
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    uint32_t i, parent, again;

    for (again = 0;; again = 1) {
        for (; scan->blocks + (i = scan->placed) <= scan->block; scan->placed++) {
            scan->first[i] = (uint8_t)path->ends.first;
            scan->last[i] = (uint8_t)path->ends.last;
            vmclock_cursor_set(&cursor, scan->cursor.bytes, scan->blocks[i].start,
                               scan->blocks[i].end);
            vmclock_token_next(&cursor, &token);
            if (!vmclock_path_enter(nodes, path, scan->cursor.bytes, &token))
                return ACPI_NO_NODE;
        }
        parent = ACPI_ROOT;
        for (i = path->ends.first; i < path->ends.last && path->node[i] != ACPI_NO_NODE; i++)
            parent = path->node[i];
        if (i == path->ends.last || scan->search->pass != PASS_DEVICES ||
            nodes->count == VMCLOCK_ACPI_MAX_NAMES)
            break;
        if (again) /* only then no other path was gone since */
            vmclock_nodes_add(nodes, parent, path->missing);
        scan->placed = 1;
        path->ends = ACPI_AT_ROOT;
    }
    i = vmclock_path_node(path);
    vmclock_nodes_set(nodes, i, NODE_DEVICE);
    return i;
}

/* Whether a node is of a device that is there; of several definitions of one name the first counts. */
static int aml_is_defined(const struct scan *scan, uint32_t node, uint32_t origin)
{
    const struct vmclock_acpi_node *known = scan->search->nodes.node;

    return node != ACPI_NO_NODE && known[node].flags & NODE_EXISTS && known[node].origin == origin;
}

/* Says what is known of a vmclock device, the innermost block. */
static void aml_judge(struct scan *scan, const struct block *block, uint32_t node, uint32_t origin)
{
    struct vmclock_acpi_search *search = scan->search;
    int error = VMCLOCK_ERR_UNSUPPORTED;
    int present = -1;

    if (aml_is_defined(scan, node, origin))
        present =
            vmclock_nodes_presence(&search->nodes, node, &scan->cursor, block->sta, block->end);
    else if (search->lost) /* it may be that it could not be mapped when it was looked for */
        error = VMCLOCK_ERR_MAP;
    if (present == 0)
        return;
    if (present > 0 && search->devices_only == SEARCH_NO_DEVICES)
        error = VMCLOCK_ERR_MAP; /* it was not there at the first try */
    else if (present > 0)
        error = aml_read_block_crs(scan, block, &search->nodes.node[node]);
    vmclock_acpi_report(search, error, WEIGHT_DEVICE, block->start);
}

static int aml_may_be_ours(const struct scan *scan, const struct block *block)
{
    return block->identity > IDENTITY_COMPUTED ||
           (block->identity != IDENTITY_OTHER && scan->search->named);
}

/*
 * Keeps by what names a device's _STA and _CRS give their values: those of its first definition. The DSDT
 * is loaded before all others, but may come later in this pass.
 */
static VMCLOCK_NOINLINE void aml_note_names(struct scan *scan, const struct block *block,
                                            struct vmclock_acpi_node *node, uint32_t origin)
{
    struct vmclock_token value;
    uint32_t i, at;

    if (node->origin != 0 && (scan->search->region.origin_signature != AML_DSDT ||
                              origin - node->origin <= block->start)) /* in the same table */
        return;
    node->origin = origin;
    for (i = 0; i < 2; i++) {
        at = i == 0 ? block->sta : block->crs;
        node->names[i] = 0;
        if (at == 0 ||
            vmclock_object_at(scan->cursor.bytes, at, block->end, &value) != OBJECT_NAMED)
            continue;
        node->names[i] = vmclock_path_mark(value.segment);
        node->values[i] = (uint16_t)vmclock_path_before(block->end, value.start);
        scan->search->nodes.named = 1;
    }
}

/* A vmclock device, the innermost block. */
static void aml_finish_device(struct scan *scan, const struct block *block)
{
    struct vmclock_acpi_search *search = scan->search;
    uint32_t origin = vmclock_acpi_origin(search, block->start);
    uint32_t i = aml_block_node(scan);

    if (search->pass == PASS_REPORT)
        aml_judge(scan, block, i, origin);
    else if (i != ACPI_NO_NODE)
        aml_note_names(scan, block, &search->nodes.node[i], origin);
}

/* All of the innermost block has been seen. */
static void aml_finish_block(struct scan *scan)
{
    const struct block *block = scan->block;

    if (block->named && block->identity != IDENTITY_VMCLOCK)
        scan->search->named = 1; /* what a device of ours says of itself is not lent */
    if (!aml_may_be_ours(scan, block))
        return;
    if (block->device && block->identity == IDENTITY_VMCLOCK)
        aml_finish_device(scan, block);
    else
        vmclock_acpi_report(scan->search, VMCLOCK_ERR_UNSUPPORTED, WEIGHT_DEVICE, block->start);
}

/* Whether what begins at offset at and cannot be followed is, or may hold, a vmclock device. */
static void aml_note_opaque(struct scan *scan, uint32_t at, uint32_t end, int error)
{
    if (vmclock_ids_mentioned(scan->cursor.bytes, at, end))
        vmclock_acpi_report(scan->search, error, WEIGHT_DEVICE, at);
    else if (error != VMCLOCK_ERR_UNSUPPORTED)
        vmclock_acpi_report(scan->search, error, WEIGHT_TABLE, at);
}

/* The rest of a block, from offset at on, cannot be followed. */
static void aml_abandon_block(struct scan *scan, struct block *block, uint32_t at)
{
    aml_note_code(scan, AML_ZERO, at, scan->cursor.end);
    if (aml_may_be_ours(scan, block))
        vmclock_acpi_report(scan->search, VMCLOCK_ERR_AML, WEIGHT_DEVICE, block->start);
    else
        aml_note_opaque(scan, at, scan->cursor.end, VMCLOCK_ERR_AML);
    block->identity = IDENTITY_OTHER;
    scan->cursor.error = 0;
    scan->cursor.at = scan->cursor.end;
}

/*
 * Whether a block need not be entered: it has none of our strings, so no device of ours, and what else there
 * is to be said of it is not asked for, or no more telling than what was said. (Where others have our strings
 * an id that it computes would be; it takes four bytes to name one.)
 */
static int aml_is_dull(struct scan *scan, const struct vmclock_token *block)
{
    const struct vmclock_acpi_search *search = scan->search;
    uint32_t found;

    if (search->pass != PASS_DEVICES &&
        (!search->devices_only ||
         search->weight <= (search->named && block->end - block->body > 3)))
        return 0;
    if (scan->clear < block->body)
        scan->clear = block->body;
    if (scan->clear < block->end) {
        found = vmclock_ids_mentioned(scan->cursor.bytes, scan->clear, block->end);
        scan->clear = found != 0 ? found : block->end;
    }
    return scan->clear >= block->end;
}

static VMCLOCK_NOINLINE void aml_enter_block(struct scan *scan, struct block *block,
                                             uint32_t opcode, uint32_t start, uint32_t body,
                                             uint32_t end)
{
    scan->block = block;
    block->start = start & 0xffffff;
    block->end = end;
    block->device = opcode == AML_DEVICE;
    block->identity = IDENTITY_OTHER;
    block->ids = 0;
    block->named = 0;
    block->sta = 0;
    block->crs = 0;
    scan->cursor.at = body;
    scan->cursor.end = end;
}

/* Back to what is behind the innermost block. Returns 0 if it was the last one. */
static VMCLOCK_NOINLINE int aml_leave_block(struct scan *scan)
{
    uint32_t depth;

    aml_finish_block(scan);
    depth = (uint32_t)(scan->block - scan->blocks);
    if (depth == 0)
        return 0;
    if (scan->placed > depth) {
        scan->placed = depth;
        scan->path.ends.first = scan->first[depth];
        scan->path.ends.last = scan->last[depth];
    }
    scan->block--;
    scan->cursor.end = scan->block->end;
    return 1;
}

/* One token of the innermost block, with the constant that belongs to it. */
static VMCLOCK_NOINLINE void aml_step(struct scan *scan)
{
    struct vmclock_cursor *cursor = &scan->cursor;
    struct vmclock_token token;

    cursor->skip = 1;
    vmclock_token_next(cursor, &token);
    cursor->skip = 0;
    if (cursor->error == 0) {
        if (token.opcode == AML_NAME || token.opcode == AML_METHOD) {
            if (vmclock_token_is_id(token.segment))
                aml_note_id(scan, &token);
            else
                aml_note_object(scan, &token);
        } else if (vmclock_token_is_block(token.opcode) &&
                   scan->block < scan->blocks + VMCLOCK_ACPI_MAX_DEPTH - 1) {
            if (!aml_is_dull(scan, &token))
                aml_enter_block(scan, scan->block + 1, token.opcode, token.start, token.body,
                                token.end);
        } else if (vmclock_token_is_block(token.opcode) ||
                   (token.opcode >= AML_IF && token.opcode <= AML_WHILE)) {
            aml_note_opaque(scan, token.body, token.end, VMCLOCK_ERR_UNSUPPORTED);
            aml_note_code(scan, token.opcode, token.start, token.end);
        } else if (token.opcode >= AML_FIELD) {
            aml_note_code(scan, token.opcode, token.start, token.end); /* fields, a name */
        } else if (token.end - token.start > 7 &&                      /* as our strings have */
                   vmclock_ids_mentioned(cursor->bytes, token.start, token.end)) {
            scan->search->named = 1; /* text that code may make an id */
        }
    }
    if (cursor->error != 0)
        aml_abandon_block(scan, scan->block, token.start);
}

void vmclock_acpi_scan_aml(struct vmclock_acpi_search *search, const uint8_t *table,
                           uint32_t length)
{
    struct scan scan;

    scan.search = search;
    scan.clear = 0;
    scan.path.ends = ACPI_AT_ROOT;
    scan.cursor.bytes = table;
    scan.cursor.error = 0;
    scan.cursor.skip = 0;
    aml_enter_block(&scan, scan.blocks, AML_SCOPE, ACPI_HEADER_SIZE, ACPI_HEADER_SIZE, length);
    scan.placed = 1; /* at the root */
    while (!search->stopped) {
        if (scan.cursor.at < scan.cursor.end)
            aml_step(&scan);
        else if (!aml_leave_block(&scan))
            break;
    }
}
