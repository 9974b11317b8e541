/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "drivers/acpi/token.h"

/* What follows an opcode, in this order. Low bits: how many fixed bytes. */
#define TOKEN_SHAPE_PACKAGE 0x80u
#define TOKEN_SHAPE_NAME 0x40u
#define TOKEN_SHAPE_BYTES 0x0fu
#define TOKEN_SHAPE_STRING 0x20u
#define TOKEN_SHAPE_UNSUPPORTED 0x11u
#define TOKEN_SHAPE_UNKNOWN 0x10u

/* The token_shapes that there are, by the token_digits of the table below. */
static const uint8_t token_shapes[] = {
    /* 0 to 4: constants and what is the opcode alone */
    0, 1, 2, 4, 8,
    /* 5 to 8: a name behind the opcode */
    TOKEN_SHAPE_NAME, TOKEN_SHAPE_NAME | 1, TOKEN_SHAPE_NAME | 2, TOKEN_SHAPE_STRING,
    /* 9 to d: a package */
    TOKEN_SHAPE_PACKAGE, TOKEN_SHAPE_PACKAGE | TOKEN_SHAPE_NAME,
    TOKEN_SHAPE_PACKAGE | TOKEN_SHAPE_NAME | 1, TOKEN_SHAPE_PACKAGE | TOKEN_SHAPE_NAME | 3,
    TOKEN_SHAPE_PACKAGE | TOKEN_SHAPE_NAME | 6,
    /* e and f */
    TOKEN_SHAPE_UNSUPPORTED, TOKEN_SHAPE_UNKNOWN};

#define TOKEN_DIGIT_SPECIAL 14u
#define TOKEN_DIGIT_UNKNOWN 15u

/* A digit for each opcode, sixteen in a row. Acquire's mutex is in practice always a name. */
static const uint32_t token_digits[] = {
    0x00ffff0f, 0x5f12384f, /* 00 Zero One, Alias, Name, Byte Word DWord String QWord */
    0xa999b7ff, 0xffffffff, /* 10 Scope Buffer Package VarPackage Method External */
    0xffffffff, 0xffffff55, /* 20 . and / begin a name */
    0xffffffff, 0xffffffff, /* 30 */
    0xf5555555, 0x55555555, /* 40 as do A to Z */
    0x55555555, 0x555f5f55, /* 50 and \ ^ _ */
    0x00000000, 0x0000000f, /* 60 Local, Arg */
    0x00000000, 0x00000000, /* 70 */
    0x00000000, 0x0e000000, /* 80 Match among them */
    0x00000000, 0x00ff0000, /* 90 */
    0x999000ff, 0xffffffff, /* a0 If Else While, Noop Return Break */
    0xffffffff, 0xffffffff, /* b0 */
    0xffffffff, 0xffff0fff, /* c0 BreakPoint */
    0xffffffff, 0xffffffff, /* d0 */
    0xffffffff, 0xffffffff, /* e0 */
    0xffffffff, 0xfffffff0, /* f0 Ones */
};

/* The same for those behind the prefix, from 00 and from 80 on. */
static const uint32_t token_ext_digits[] = {
    0xf60fffff, 0xffffffff, /* 00 Mutex Event */
    0xff00ffff, 0xfffffff0, /* 10 CondRefOf CreateField, LoadTable */
    0x00070000, 0x000fffff, /* 20 Load Stall Sleep Acquire Signal Wait Reset Release ... */
    0x00e0ffff, 0xffffffff, /* 30 Revision Debug Fatal Timer */
};
static const uint32_t token_ext_digits_high[] = {
    0x69adca99, 0x0fffffff, /* 80 OperationRegion Field Device Processor PowerResource ... */
};

static VMCLOCK_NOINLINE uint32_t token_digit_at(const uint32_t *row, uint32_t opcode)
{
    return row[opcode >> 3] >> (28 - 4 * (opcode & 7)) & 15;
}

static uint32_t token_shape_of(uint32_t opcode)
{
    uint32_t low = opcode & 0xff;
    uint32_t digit = TOKEN_DIGIT_UNKNOWN;

    if (!(opcode & AML_EXT))
        digit = token_digit_at(token_digits, low);
    else if (low < 8 * (sizeof token_ext_digits / 4))
        digit = token_digit_at(token_ext_digits, low);
    else if (low - 0x80 < 8 * (sizeof token_ext_digits_high / 4))
        digit = token_digit_at(token_ext_digits_high, low - 0x80);
    if (digit == TOKEN_DIGIT_SPECIAL && (opcode & AML_EXT))
        return 5; /* Fatal */
    return token_shapes[digit];
}

static uint32_t token_read_segment(struct vmclock_cursor *cursor)
{
    const uint8_t *bytes = cursor->bytes + cursor->at;
    uint32_t i, bad = cursor->end - cursor->at < 4;

    for (i = 0; i < 4 && !bad; i++)
        bad = bytes[i] - (uint32_t)'A' > 25 && bytes[i] != '_' &&
              (i == 0 || bytes[i] - (uint32_t)'0' > 9);
    if (bad) {
        vmclock_cursor_fail(cursor, VMCLOCK_ERR_AML);
        return 0;
    }
    cursor->at += 4;
    return vmclock_cursor_word(bytes, 0);
}

/* NameString: prefixes, then nothing (0), one segment, two ('.') or a count ('/') of them. */
static void token_read_name(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    uint32_t byte = vmclock_cursor_u8(cursor);
    uint32_t count = 1;

    if (byte == '\\') {
        token->up = AML_ROOT;
        byte = vmclock_cursor_u8(cursor);
    }
    while (byte == '^' && token->up != AML_ROOT) {
        if (token->up < AML_ROOT - 1)
            token->up++;
        byte = vmclock_cursor_u8(cursor);
    }
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
    }
    token->segments = cursor->at;
    token->count = (uint8_t)count;
    for (; count != 0 && cursor->error == 0; count--)
        token->segment = token_read_segment(cursor);
}

/* PkgLength: counts itself. Leaves the offset of the package's end. */
static uint32_t token_read_package_end(struct vmclock_cursor *cursor)
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

static VMCLOCK_NOINLINE void token_read_shape(struct vmclock_cursor *cursor, uint32_t shape,
                                              struct vmclock_token *token)
{
    uint32_t outer_end = cursor->end;
    uint32_t end = 0;
    uint32_t count;

    if (shape & TOKEN_SHAPE_PACKAGE) {
        end = token_read_package_end(cursor);
        if (cursor->error == 0)
            cursor->end = end;
    }
    if (shape & TOKEN_SHAPE_NAME)
        token_read_name(cursor, token);
    for (count = shape & TOKEN_SHAPE_BYTES; count != 0; count--)
        token->last = (uint8_t)vmclock_cursor_u8(cursor);
    token->body = cursor->at;
    cursor->end = outer_end;
    if (cursor->error != 0)
        cursor->at = outer_end;
    else if (end != 0)
        cursor->at = end;
    if (shape & TOKEN_SHAPE_STRING) {
        while (vmclock_cursor_u8(cursor) != 0)
            ;
    }
}

void vmclock_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    uint32_t opcode, shape;

    token->start = cursor->at;
    token->segment = 0;
    token->count = 0;
    token->up = 0;
    token->last = 0;
    opcode = vmclock_cursor_u8(cursor);
    if (opcode == AML_EXT_PREFIX)
        opcode = AML_EXT | vmclock_cursor_u8(cursor);
    shape = token_shape_of(opcode);
    if (shape == TOKEN_SHAPE_NAME && opcode != AML_NAME) {
        cursor->at = token->start;
        opcode = AML_NAME_STRING;
    }
    token->opcode = opcode;
    token->body = cursor->at;
    if (shape == TOKEN_SHAPE_UNKNOWN || shape == TOKEN_SHAPE_UNSUPPORTED)
        vmclock_cursor_fail(cursor, shape == TOKEN_SHAPE_UNKNOWN ? VMCLOCK_ERR_AML
                                                                 : VMCLOCK_ERR_UNSUPPORTED);
    else if (shape != 0)
        token_read_shape(cursor, shape, token);
    token->end = cursor->at;
}

void vmclock_token_skip(struct vmclock_cursor *cursor)
{
    while (cursor->at < cursor->end && token_digit_at(token_digits, cursor->bytes[cursor->at]) == 0)
        cursor->at++;
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
    if (opcode < AML_BYTE || opcode > AML_QWORD || opcode == AML_STRING)
        return 0;
    vmclock_cursor_set(&inner, cursor->bytes, token->start + 1, token->end);
    for (at = token->end; at > token->start + 1; at--) {
        inner.at = at - 1;
        result = result << 8 | vmclock_cursor_u8(&inner);
    }
    *value = result;
    return 1;
}

int vmclock_token_simple(uint32_t opcode)
{
    return opcode == AML_ZERO || opcode == AML_ONE || opcode == AML_ONES ||
           (opcode >= AML_BYTE && opcode <= AML_QWORD) ||
           (opcode >= AML_LOCAL0 && opcode <= AML_ARG6);
}

int vmclock_token_constant(const struct vmclock_token *token)
{
    uint32_t opcode = token->opcode;

    return (vmclock_token_simple(opcode) && (opcode < AML_LOCAL0 || opcode == AML_ONES)) ||
           (opcode >= AML_BUFFER && opcode <= AML_VAR_PACKAGE);
}
