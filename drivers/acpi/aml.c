/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds vmclock devices in AML without executing any.
 *
 * Blocks that hold named objects (Scope, Device and the like) are entered, with an explicit stack;
 * everything else is stepped over token by token. What cannot be followed (conditional blocks,
 * malformed or unknown code) is data up to the end of its block: it is only searched for the strings
 * that identify a vmclock device, to tell "there may be one" from "there is none".
 */
#include "drivers/collect.h"
#include "internal.h"
#include "token.h"

#include <vmclock/error.h>

enum identity {
    IDENTITY_OTHER = 0,
    IDENTITY_COMPUTED = 1, /* by code that need not have the strings: others may lend them */
    IDENTITY_PERHAPS = 2,  /* the strings appear in code that computes it */
    IDENTITY_VMCLOCK = 3
};

enum status {
    STATUS_NONE = 0, /* no _STA: present */
    STATUS_PRESENT = 1,
    STATUS_ABSENT = 2,
    STATUS_COMPUTED = 3
};

#define CRS_NONE 0u /* offset 0 is the table's header */
#define CRS_COMPUTED UINT32_MAX

/* A block that has been entered. Small, since a stack of them is what a search mostly takes. */
struct block {
    uint32_t start : 24; /* offset of its opcode: tables are not longer than 2^24 bytes */
    uint32_t device : 1; /* a Device */
    uint32_t scope : 1;  /* a Scope, which may open again what is around it */
    uint32_t identity : 2;
    uint32_t status : 2;
    uint32_t end;
    uint32_t crs; /* offset of the constant that _CRS is, or CRS_* */
};
_Static_assert(VMCLOCK_ACPI_MAX_TABLE <= 1u << 24, "block.start");

struct scan {
    struct vmclock_acpi_search *search;
    struct vmclock_cursor cursor;
    uint16_t named;       /* something else than _HID and _CID has one of our strings */
    uint16_t searched[2]; /* devices that were searched for from outside: absent ones, others */
    uint32_t depth;       /* blocks in use; the innermost is the last */
    struct block blocks[VMCLOCK_ACPI_MAX_DEPTH];
};

static const char hid[] = "AMZNC10C";
static const char cid[] = "VMCLOCK";

/* Whether the bytes at the cursor are text with its final zero. Moves an unspecified way. */
static int is_text(struct vmclock_cursor *cursor, const char *text)
{
    for (; *text != 0; text++) {
        if (vmclock_cursor_u8(cursor) != (uint8_t)*text)
            return 0;
    }
    return vmclock_cursor_u8(cursor) == 0 && cursor->error == 0;
}

/* Whether one of our strings, as a string constant, begins at offset at. */
static int is_id(const struct vmclock_cursor *cursor, uint32_t at, uint32_t end)
{
    struct vmclock_cursor inner;

    vmclock_cursor_set(&inner, cursor->bytes, at, end);
    if (vmclock_cursor_u8(&inner) != AML_STRING)
        return 0;
    if (is_text(&inner, hid))
        return 1;
    vmclock_cursor_set(&inner, cursor->bytes, at + 1, end);
    return is_text(&inner, cid);
}

/* Whether one of our strings appears anywhere in a piece that is not followed. */
static int mentions_id(const struct vmclock_cursor *cursor, uint32_t at, uint32_t end)
{
    for (; at < end; at++) {
        if (is_id(cursor, at, end))
            return 1;
    }
    return 0;
}

static int package_has_id(const struct vmclock_cursor *outer, const struct vmclock_token *package)
{
    struct vmclock_cursor cursor;
    struct vmclock_token element;
    uint64_t count;

    vmclock_cursor_set(&cursor, outer->bytes, package->body, package->end);
    if (package->opcode == AML_PACKAGE) {
        count = vmclock_cursor_u8(&cursor);
    } else {
        vmclock_token_next(&cursor, &element);
        if (cursor.error != 0 || !vmclock_token_integer(&cursor, &element, &count))
            return 0;
    }
    for (; count != 0 && cursor.at < cursor.end; count--) {
        if (is_id(&cursor, cursor.at, cursor.end))
            return 1;
        vmclock_token_next(&cursor, &element);
    }
    return 0;
}

static int is_id_word(uint32_t segment)
{
    return segment == AML_SEGMENT('_', 'H', 'I', 'D') || segment == AML_SEGMENT('_', 'C', 'I', 'D');
}

/*
 * Whether an object that is an id, or that a computed id may be made of, has one of our strings.
 * value: its constant, or null with name: the method it is.
 */
static VMCLOCK_NOINLINE int has_id(const struct scan *scan, const struct vmclock_token *name,
                                   const struct vmclock_token *value)
{
    if (!is_id_word(name->segment) && (name->segment & 0xff) == '_')
        return 0;
    if (value == NULL)
        return mentions_id(&scan->cursor, name->body, name->end);
    if (value->opcode == AML_STRING)
        return is_id(&scan->cursor, value->start, value->end);
    return (value->opcode == AML_PACKAGE || value->opcode == AML_VAR_PACKAGE) &&
           package_has_id(&scan->cursor, value);
}

static int is_constant(const struct vmclock_token *value)
{
    uint32_t opcode = value->opcode;

    return opcode == AML_ZERO || opcode == AML_ONE || opcode == AML_ONES ||
           (opcode >= AML_BYTE && opcode <= AML_QWORD) ||
           (opcode >= AML_BUFFER && opcode <= AML_VAR_PACKAGE);
}

/*
 * The constant that a method returns: its body is "Return(constant)" or "Name(X, constant)
 * Return(X)". Returns 0 if it is anything else; *value is then undefined.
 */
static VMCLOCK_NOINLINE int method_constant(const struct vmclock_cursor *outer,
                                            const struct vmclock_token *method,
                                            struct vmclock_token *value)
{
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    uint32_t local = 0;

    vmclock_cursor_set(&cursor, outer->bytes, method->body, method->end);
    vmclock_token_next(&cursor, &token);
    if (cursor.error == 0 && token.opcode == AML_NAME && token.plain) {
        local = token.segment;
        vmclock_token_next(&cursor, value);
        vmclock_token_next(&cursor, &token);
    }
    if (cursor.error != 0 || token.opcode != AML_RETURN)
        return 0;
    vmclock_token_next(&cursor, local != 0 ? &token : value);
    if (cursor.error != 0 || cursor.at != cursor.end || (method->last & 7) != 0)
        return 0;
    if (local != 0 && !(token.opcode == AML_NAME_STRING && token.plain && token.segment == local))
        return 0;
    return is_constant(value);
}

/* What segment names may be anything by the time it is asked for, in each block that is open. */
static VMCLOCK_NOINLINE void note_change(struct scan *scan, uint32_t segment)
{
    uint32_t i;

    if (segment == AML_SEGMENT('_', 'S', 'T', 'A')) {
        for (i = 0; i < scan->depth; i++)
            scan->blocks[i].status = STATUS_COMPUTED;
    } else if (segment == AML_SEGMENT('_', 'C', 'R', 'S')) {
        for (i = 0; i < scan->depth; i++)
            scan->blocks[i].crs = CRS_COMPUTED;
    }
}

/*
 * Code or fields: what they mention may be changed, in the block or, since a name that is not found
 * is looked for upwards, in one around it. That is how Alias, CreateField, Field and Store make or
 * change objects. Methods do not make ids.
 */
static VMCLOCK_NOINLINE void note_code(struct scan *scan, const struct vmclock_token *code)
{
    struct block *block = &scan->blocks[scan->depth - 1];
    struct vmclock_cursor cursor;
    uint32_t word = 0;

    vmclock_cursor_set(&cursor, scan->cursor.bytes,
                       code->opcode == AML_NAME_STRING ? code->start : code->body, code->end);
    while (cursor.at < cursor.end) {
        word = word >> 8 | vmclock_cursor_u8(&cursor) << 24;
        if (!is_id_word(word))
            note_change(scan, word);
        else if (block->identity == IDENTITY_OTHER && code->opcode != AML_METHOD)
            block->identity = IDENTITY_COMPUTED;
    }
}

/* Takes in an object of a block. value: as has_id has it; ours: what has_id says. */
static VMCLOCK_NOINLINE void note_object(struct scan *scan, const struct vmclock_token *name,
                                         const struct vmclock_token *value, int ours)
{
    struct block *block = &scan->blocks[scan->depth - 1];
    uint32_t segment = name->segment;
    unsigned identity;
    uint64_t status;

    if (is_id_word(segment)) {
        identity = ours ? IDENTITY_VMCLOCK : IDENTITY_OTHER;
        if (value == NULL)
            identity = ours ? IDENTITY_PERHAPS : IDENTITY_COMPUTED;
        if (ours && !name->plain)
            vmclock_acpi_report(scan->search, VMCLOCK_ERR_UNSUPPORTED, WEIGHT_DEVICE, name->start);
        else if (identity > block->identity)
            block->identity = identity & 3;
    } else if (ours) {
        scan->named = 1;
    } else if (!name->plain || block->scope) {
        note_change(scan, segment);
    } else if (segment == AML_SEGMENT('_', 'S', 'T', 'A')) {
        if (value == NULL || !vmclock_token_integer(&scan->cursor, value, &status))
            block->status = STATUS_COMPUTED;
        else if (block->status == STATUS_NONE) /* of two, the first counts */
            block->status = status & 1 ? STATUS_PRESENT : STATUS_ABSENT;
    } else if (segment == AML_SEGMENT('_', 'C', 'R', 'S') && block->crs == CRS_NONE) {
        block->crs = value != NULL ? value->start : CRS_COMPUTED;
    }
}

/* Reads the constant _CRS of a block into search->region. */
static VMCLOCK_NOINLINE int read_block_crs(struct scan *scan, const struct block *block)
{
    struct vmclock_cursor cursor;
    struct vmclock_token buffer, size;
    uint64_t unused;

    if (block->crs == CRS_NONE)
        return VMCLOCK_ERR_RESOURCE;
    if (block->crs == CRS_COMPUTED)
        return VMCLOCK_ERR_UNSUPPORTED;
    vmclock_cursor_set(&cursor, scan->cursor.bytes, block->crs, block->end);
    vmclock_token_next(&cursor, &buffer);
    if (buffer.opcode != AML_BUFFER)
        return is_constant(&buffer) ? VMCLOCK_ERR_RESOURCE : VMCLOCK_ERR_UNSUPPORTED;
    vmclock_token_enter(&cursor, &buffer);
    vmclock_token_next(&cursor, &size);
    if (cursor.error != 0)
        return cursor.error;
    if (!vmclock_token_integer(&cursor, &size, &unused))
        return VMCLOCK_ERR_UNSUPPORTED;
    vmclock_region_clear(&scan->search->region, VMCLOCK_SOURCE_ACPI);
    return vmclock_acpi_read_crs(&cursor, &scan->search->region);
}

static int may_be_ours(const struct scan *scan, const struct block *block)
{
    return block->identity > IDENTITY_COMPUTED ||
           (block->identity != IDENTITY_OTHER && scan->named);
}

/* All of a block has been seen: if it is a vmclock device, says what is known of it. */
static VMCLOCK_NOINLINE void finish_block(struct scan *scan, const struct block *block)
{
    int present = block->status != STATUS_ABSENT;
    int error = VMCLOCK_ERR_UNSUPPORTED;

    if (!may_be_ours(scan, block))
        return;
    if (block->status != STATUS_COMPUTED && scan->searched[present]++ < VMCLOCK_ACPI_MAX_DEVICES &&
        !vmclock_acpi_reached_from_outside(scan->cursor.bytes, scan->blocks[0].end, block->start,
                                           block->end)) {
        if (!present)
            return;
        if (block->device && block->identity == IDENTITY_VMCLOCK)
            error = read_block_crs(scan, block);
    }
    vmclock_acpi_report(scan->search, error, WEIGHT_DEVICE, block->start);
}

/* Whether what begins at offset at and cannot be followed is, or may hold, a vmclock device. */
static void note_opaque(struct scan *scan, uint32_t at, uint32_t end, int error)
{
    if (mentions_id(&scan->cursor, at, end))
        vmclock_acpi_report(scan->search, error, WEIGHT_DEVICE, at);
    else if (error != VMCLOCK_ERR_UNSUPPORTED)
        vmclock_acpi_report(scan->search, error, WEIGHT_TABLE, at);
}

/* The rest of a block, from offset at on, cannot be followed. */
static void abandon_block(struct scan *scan, struct block *block, uint32_t at)
{
    int error = scan->cursor.error;

    if (may_be_ours(scan, block))
        vmclock_acpi_report(scan->search, error, WEIGHT_DEVICE, block->start);
    else
        note_opaque(scan, at, block->end, error);
    block->identity = IDENTITY_OTHER;
    scan->cursor.error = 0;
    scan->cursor.at = block->end;
}

static void enter_block(struct scan *scan, const struct vmclock_token *token)
{
    struct block *block;

    if (scan->depth == VMCLOCK_ACPI_MAX_DEPTH) {
        note_opaque(scan, token->body, token->end, VMCLOCK_ERR_UNSUPPORTED);
        return;
    }
    block = &scan->blocks[scan->depth++];
    block->start = token->start & 0xffffff;
    block->end = token->end;
    block->crs = CRS_NONE;
    block->device = token->opcode == AML_DEVICE;
    block->scope = token->opcode == AML_SCOPE;
    block->identity = IDENTITY_OTHER;
    block->status = STATUS_NONE;
    vmclock_token_enter(&scan->cursor, token);
}

/* A table is the outermost block. */
static VMCLOCK_NOINLINE void enter_table(struct scan *scan, uint32_t length)
{
    struct vmclock_token table;

    table.opcode = AML_SCOPE;
    table.start = ACPI_HEADER_SIZE;
    table.body = ACPI_HEADER_SIZE;
    table.end = length;
    enter_block(scan, &table);
}

static int is_block(uint32_t opcode)
{
    return opcode == AML_SCOPE || (opcode >= AML_DEVICE && opcode <= AML_THERMAL_ZONE);
}

/* One token of the innermost block, with the constant that belongs to it. */
static VMCLOCK_NOINLINE void step(struct scan *scan)
{
    struct vmclock_cursor *cursor = &scan->cursor;
    struct vmclock_token token, value;
    const struct vmclock_token *constant = NULL;

    vmclock_token_next(cursor, &token);
    if (cursor->error == 0 && (token.opcode == AML_NAME || token.opcode == AML_METHOD)) {
        if (token.opcode == AML_NAME)
            vmclock_token_next(cursor, &value);
        else
            note_code(scan, &token);
        if (token.opcode == AML_NAME ? is_constant(&value)
                                     : method_constant(cursor, &token, &value))
            constant = &value;
        if (cursor->error == 0)
            note_object(scan, &token, constant, has_id(scan, &token, constant));
    } else if (cursor->error == 0 && is_block(token.opcode)) {
        enter_block(scan, &token);
    } else if (cursor->error == 0 && token.opcode >= AML_IF && token.opcode <= AML_WHILE) {
        note_opaque(scan, token.body, token.end, VMCLOCK_ERR_UNSUPPORTED);
        note_code(scan, &token);
    } else if (cursor->error == 0 && token.opcode >= AML_FIELD) {
        note_code(scan, &token); /* fields, or a name */
    }
    if (cursor->error != 0)
        abandon_block(scan, &scan->blocks[scan->depth - 1], token.start);
}

void vmclock_acpi_scan_aml(struct vmclock_acpi_search *search, const uint8_t *table,
                           uint32_t length)
{
    struct scan scan;

    scan.search = search;
    scan.named = 0;
    scan.searched[0] = scan.searched[1] = 0;
    scan.depth = 0;
    vmclock_cursor_set(&scan.cursor, table, ACPI_HEADER_SIZE, length);
    enter_table(&scan, length);
    while (scan.depth != 0 && !search->stopped) {
        if (scan.cursor.at < scan.cursor.end) {
            step(&scan);
            continue;
        }
        finish_block(&scan, &scan.blocks[--scan.depth]);
        if (scan.depth != 0)
            scan.cursor.end = scan.blocks[scan.depth - 1].end;
    }
}
