/* SPDX-License-Identifier: BSD-2-Clause */
#include "token.h"

#include <vmclock/error.h>

/* The shape of a token: what follows the opcode, in this order. Low bits: how many fixed bytes. */
#define SHAPE_PACKAGE 0x80u
#define SHAPE_NAME 0x40u
#define SHAPE_BYTES 0x0fu
#define SHAPE_UNKNOWN 0x20u

/* Opcodes that are more than the opcode alone, in pairs of opcode and shape. */
static const uint8_t shapes[] = {
    AML_NAME,
    SHAPE_NAME,
    AML_BYTE,
    1,
    AML_WORD,
    2,
    AML_DWORD,
    4,
    AML_QWORD,
    8,
    AML_SCOPE,
    SHAPE_PACKAGE | SHAPE_NAME,
    AML_BUFFER,
    SHAPE_PACKAGE,
    AML_PACKAGE,
    SHAPE_PACKAGE,
    AML_VAR_PACKAGE,
    SHAPE_PACKAGE,
    AML_METHOD,
    SHAPE_PACKAGE | SHAPE_NAME | 1,
    0x15,
    SHAPE_NAME | 2, /* External */
    AML_IF,
    SHAPE_PACKAGE,
    AML_ELSE,
    SHAPE_PACKAGE,
    AML_WHILE,
    SHAPE_PACKAGE,
};

/* The same for those behind the prefix. Acquire's mutex is in practice always a name. */
static const uint8_t ext_shapes[] = {
    0x01, SHAPE_NAME | 1,                 /* Mutex */
    0x23, SHAPE_NAME | 2,                 /* Acquire */
    0x32, 5,                              /* Fatal */
    0x80, SHAPE_NAME | 1,                 /* OperationRegion */
    0x81, SHAPE_PACKAGE,                  /* Field */
    0x82, SHAPE_PACKAGE | SHAPE_NAME,     /* Device */
    0x83, SHAPE_PACKAGE | SHAPE_NAME | 6, /* Processor */
    0x84, SHAPE_PACKAGE | SHAPE_NAME | 3, /* PowerResource */
    0x85, SHAPE_PACKAGE | SHAPE_NAME,     /* ThermalZone */
    0x86, SHAPE_PACKAGE,                  /* IndexField */
    0x87, SHAPE_PACKAGE,                  /* BankField */
};

/* Opcodes that are nothing but the opcode, in pairs of first and last. */
static const uint8_t bare[] = {
    0x00, 0x01, 0x06, 0x06, 0x60, 0x6e, 0x70, 0x88, 0x8a,
    0x99, 0x9c, 0x9f, 0xa3, 0xa5, 0xcc, 0xcc, 0xff, 0xff,
};
static const uint8_t ext_bare[] = {
    0x02, 0x02, 0x12, 0x13, 0x1f, 0x22, 0x24, 0x2a, 0x30, 0x31, 0x33, 0x33, 0x88, 0x88,
};

/* Characters that names and their segments begin with, in pairs of first and last. */
static const uint8_t name_leads[] = {'.', '/', 'A', 'Z', '\\', '\\', '^', '_'};
static const uint8_t segment_leads[] = {'A', 'Z', '_', '_'};

static VMCLOCK_NOINLINE uint32_t look_up(const uint8_t *pairs, uint32_t size, uint32_t opcode)
{
    uint32_t i;

    for (i = 0; i < size; i += 2) {
        if (pairs[i] == opcode)
            return pairs[i + 1];
    }
    return SHAPE_UNKNOWN;
}

static VMCLOCK_NOINLINE int in_ranges(const uint8_t *pairs, uint32_t size, uint32_t opcode)
{
    uint32_t i;

    for (i = 0; i < size; i += 2) {
        if (pairs[i] <= opcode && opcode <= pairs[i + 1])
            return 1;
    }
    return 0;
}

static uint32_t shape_of(uint32_t opcode)
{
    uint32_t low = opcode & 0xff;

    if (opcode & AML_EXT)
        return in_ranges(ext_bare, sizeof(ext_bare), low)
                   ? 0
                   : look_up(ext_shapes, sizeof(ext_shapes), low);
    return in_ranges(bare, sizeof(bare), low) ? 0 : look_up(shapes, sizeof(shapes), low);
}

static int leads_segment(uint32_t byte)
{
    return in_ranges(segment_leads, sizeof(segment_leads), byte);
}

static int leads_name(uint32_t byte)
{
    return in_ranges(name_leads, sizeof(name_leads), byte);
}

static uint32_t read_segment(struct vmclock_cursor *cursor)
{
    uint32_t segment = vmclock_cursor_u32(cursor);
    uint32_t i, byte;

    for (i = 0; i < 32; i += 8) {
        byte = segment >> i & 0xff;
        if (!leads_segment(byte) && (i == 0 || byte < '0' || byte > '9'))
            vmclock_cursor_fail(cursor, VMCLOCK_ERR_AML);
    }
    return segment;
}

/* NameString: prefixes, then nothing (0), one segment, two ('.') or a count ('/') of them. */
static void read_name(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    uint32_t start = cursor->at;
    uint32_t byte = vmclock_cursor_u8(cursor);
    uint32_t count = 1;

    if (byte == '\\') {
        byte = vmclock_cursor_u8(cursor);
    } else {
        while (byte == '^')
            byte = vmclock_cursor_u8(cursor);
    }
    token->plain = 0;
    token->segment = 0;
    if (byte == 0)
        return;
    if (byte == '.') {
        count = 2;
    } else if (byte == '/') {
        count = vmclock_cursor_u8(cursor);
        if (count == 0)
            vmclock_cursor_fail(cursor, VMCLOCK_ERR_AML);
    } else if (cursor->error == 0) {
        cursor->at--; /* the segment's first character */
        token->plain = cursor->at == start;
    }
    for (; count != 0 && cursor->error == 0; count--)
        token->segment = read_segment(cursor);
}

/* PkgLength: counts itself. Leaves the offset of the package's end. */
static uint32_t read_package_end(struct vmclock_cursor *cursor)
{
    uint32_t start = cursor->at;
    uint32_t lead = vmclock_cursor_u8(cursor);
    uint32_t length = lead & 0x3f;
    uint32_t more = lead >> 6;
    uint32_t shift;

    if (more != 0)
        length = lead & 0x0f;
    for (shift = 4; more != 0; more--, shift += 8)
        length |= vmclock_cursor_u8(cursor) << shift;
    if (cursor->error == 0 && (length < cursor->at - start || length > cursor->end - start))
        vmclock_cursor_fail(cursor, VMCLOCK_ERR_AML);
    return start + length;
}

static void read_string(struct vmclock_cursor *cursor)
{
    while (vmclock_cursor_u8(cursor) != 0)
        ;
}

static void read_shape(struct vmclock_cursor *cursor, uint32_t shape, struct vmclock_token *token)
{
    uint32_t outer_end = cursor->end;
    uint32_t count;

    token->end = 0;
    if (shape & SHAPE_PACKAGE) {
        token->end = read_package_end(cursor);
        if (cursor->error == 0)
            cursor->end = token->end;
    }
    if (shape & SHAPE_NAME)
        read_name(cursor, token);
    for (count = shape & SHAPE_BYTES; count != 0; count--)
        token->last = (uint8_t)vmclock_cursor_u8(cursor);
    token->body = cursor->at;
    cursor->end = outer_end;
    if (cursor->error != 0)
        cursor->at = outer_end;
    else if (token->end != 0)
        cursor->at = token->end;
    token->end = cursor->at;
}

void vmclock_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    uint32_t opcode, shape;

    token->start = cursor->at;
    token->segment = 0;
    token->plain = 0;
    token->last = 0;
    opcode = vmclock_cursor_u8(cursor);
    if (leads_name(opcode)) {
        cursor->at = token->start;
        opcode = AML_NAME_STRING;
        shape = SHAPE_NAME;
    } else {
        if (opcode == AML_EXT_PREFIX)
            opcode = AML_EXT | vmclock_cursor_u8(cursor);
        shape = opcode == AML_STRING ? 0 : shape_of(opcode);
        if (shape == SHAPE_UNKNOWN)
            vmclock_cursor_fail(cursor, opcode == 0x89 ? VMCLOCK_ERR_UNSUPPORTED : VMCLOCK_ERR_AML);
    }
    token->opcode = opcode;
    read_shape(cursor, shape, token);
    if (opcode == AML_STRING) {
        read_string(cursor);
        token->end = cursor->at;
    }
}

void vmclock_token_enter(struct vmclock_cursor *cursor, const struct vmclock_token *token)
{
    cursor->at = token->body;
    cursor->end = token->end;
}

int vmclock_token_integer(const struct vmclock_cursor *cursor, const struct vmclock_token *token,
                          uint64_t *value)
{
    struct vmclock_cursor inner;
    uint64_t result = 0;
    uint32_t opcode = token->opcode;
    uint32_t at;

    if (opcode == AML_ZERO || opcode == AML_ONE) {
        *value = opcode;
        return 1;
    }
    if (opcode == AML_ONES) {
        *value = UINT64_MAX;
        return 1;
    }
    if (opcode != AML_BYTE && opcode != AML_WORD && opcode != AML_DWORD && opcode != AML_QWORD)
        return 0;
    vmclock_cursor_set(&inner, cursor->bytes, token->start + 1, token->end);
    for (at = token->end; at > token->start + 1; at--) {
        inner.at = at - 1;
        result = result << 8 | vmclock_cursor_u8(&inner);
    }
    *value = result;
    return 1;
}
