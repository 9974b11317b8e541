/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "drivers/acpi/token.h"

/* What follows an opcode, in this order. Low bits: how many fixed bytes. */
#define TOKEN_SHAPE_PACKAGE 0x80u
#define TOKEN_SHAPE_NAME 0x40u
#define TOKEN_SHAPE_BYTES 0x0fu
#define TOKEN_SHAPE_NUMBER 4u /* no more bytes, and nothing else */
#define TOKEN_SHAPE_STRING 0x20u
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
    5, TOKEN_SHAPE_UNKNOWN};

/* A digit for each opcode, sixteen in a row. Acquire's mutex is in practice always a name. */
static const uint32_t token_digits[] = {
    0x0000000f, 0x5f12384f, /* 00 Zero One, Match's, Alias, Name, Byte Word DWord String QWord */
    0xa999b7ff, 0xffffffff, /* 10 Scope Buffer Package VarPackage Method External */
    0xffffffff, 0xffffff55, /* 20 . and / begin a name */
    0xffffffff, 0xffffffff, /* 30 */
    0xf5555555, 0x55555555, /* 40 as do A to Z */
    0x55555555, 0x555f5f55, /* 50 and \ ^ _ */
    0x00000000, 0x0000000f, /* 60 Local, Arg */
    0x00000000, 0x00000000, /* 70 */
    0x00000000, 0x00000000, /* 80 */
    0x00000000, 0x00ff0000, /* 90 */
    0x999000ff, 0xffffffff, /* a0 If Else While, Noop Return Break */
    0xffffffff, 0xffffffff, /* b0 */
    0xffffffff, 0xffff0fff, /* c0 BreakPoint */
    0xffffffff, 0xffffffff, /* d0 */
    0xffffffff, 0xffffffff, /* e0 */
    0xffffffff, 0xfffffff0, /* f0 Ones */
    /* those behind the prefix */
    0xf60fffff, 0xffffffff, /* 00 Mutex Event */
    0xff00ffff, 0xfffffff0, /* 10 CondRefOf CreateField, LoadTable */
    0x00070000, 0x000fffff, /* 20 Load Stall Sleep Acquire Signal Wait Reset Release ... */
    0x00e0ffff, 0xffffffff, /* 30 Revision Debug Fatal Timer; then there are none up to */
    0x6badcacd, 0x0fffffff, /* 80 OperationRegion Field Device Processor PowerResource ... */
};

static VMCLOCK_NOINLINE uint32_t token_shape_of(uint32_t opcode)
{
    if (opcode >= AML_FIELD - 1)
        opcode -= 0x40;
    else if (opcode >= 0x140)
        return TOKEN_SHAPE_UNKNOWN;
    if (opcode >= 8 * (sizeof token_digits / 4))
        return TOKEN_SHAPE_UNKNOWN;
    return token_shapes[token_digits[opcode >> 3] >> (28 - 4 * (opcode & 7)) & 15];
}

/*
 * What is behind an opcode is read by offsets: most of a search's time goes by here. They return the
 * offset behind what they have read; TOKEN_BAD, which is behind all, if it is malformed or cut off.
 */
#define TOKEN_BAD UINT32_MAX

/* NameString: prefixes, then nothing (0), one segment, two ('.') or a count ('/') of them. */
static uint32_t token_read_name(const uint8_t *bytes, uint32_t at, uint32_t end,
                                struct vmclock_token *token)
{
    uint32_t up = 0, count = 1;
    uint32_t byte, left;

    for (;; at++) {
        if (at >= end)
            return TOKEN_BAD;
        byte = bytes[at];
        if (byte == '^' && up != AML_ROOT)
            up += up < AML_ROOT - 1;
        else if (byte == '\\' && up == 0)
            up = AML_ROOT;
        else
            break;
    }
    token->up = (uint8_t)up;
    if (byte == 0)
        return at + 1;
    if (byte == '.' || byte == '/') {
        at++;
        count = 2;
        if (byte == '/')
            count = at < end ? bytes[at++] : 0;
    }
    if (count == 0 || count > (end - at) >> 2)
        return TOKEN_BAD;
    token->count = (uint8_t)count;
    token->segments = at;
    for (left = 4 * count; left != 0; left--) {
        byte = bytes[at++];
        if (byte - 'A' > 25 && byte != '_' && (byte - '0' > 9 || (left & 3) == 0))
            return TOKEN_BAD;
    }
    token->segment = vmclock_cursor_word(bytes, at - 4);
    return at;
}

/* PkgLength: counts itself. *end becomes the offset of the package's. */
static uint32_t token_read_package(const uint8_t *bytes, uint32_t at, uint32_t *end)
{
    uint32_t left = *end - at;
    uint32_t i, more, length;

    if (left == 0)
        return TOKEN_BAD;
    length = bytes[at];
    more = length >> 6;
    if (more != 0) {
        if (more >= left)
            return TOKEN_BAD;
        length &= 0x0f;
        for (i = 0; i < more; i++)
            length |= (uint32_t)bytes[at + 1 + i] << (4 + 8 * i);
    }
    if (length <= more || length > left)
        return TOKEN_BAD;
    *end = at + length;
    return at + 1 + more;
}

static uint32_t token_read_shape(const struct vmclock_cursor *cursor, uint32_t at, uint32_t shape,
                                 struct vmclock_token *token)
{
    const uint8_t *bytes = cursor->bytes;
    uint32_t end = cursor->end;

    if (shape & TOKEN_SHAPE_PACKAGE)
        at = token_read_package(bytes, at, &end);
    if (shape == TOKEN_SHAPE_PACKAGE && at == end && token->opcode != AML_ELSE)
        return TOKEN_BAD; /* a size, a count or a condition must be in it */
    if (shape & TOKEN_SHAPE_NAME)
        at = token_read_name(bytes, at, end, token);
    if (at > end || (shape & TOKEN_SHAPE_BYTES) > end - at)
        return TOKEN_BAD;
    at += shape & TOKEN_SHAPE_BYTES;
    token->body = at;
    if (shape & TOKEN_SHAPE_PACKAGE)
        return end;
    if (shape & TOKEN_SHAPE_STRING) {
        do {
            if (at >= end)
                return TOKEN_BAD;
        } while (bytes[at++] != 0);
    }
    return at;
}

/*
 * Whether a token up to at, which is before end, is nothing to whoever skips: it has nothing in it that would
 * have to be followed, and is too short to name _HID. A Name must have none, and its value be a number or
 * the like.
 */
static int token_is_dull(const uint8_t *bytes, const struct vmclock_token *token, uint32_t at,
                         uint32_t end)
{
    uint32_t shape;

    if (token->opcode == AML_NAME_STRING)
        return token->count <= 1 && !vmclock_token_is_id(token->segment);
    if (token->opcode == AML_NAME) {
        shape = token_shape_of(bytes[at]);
        return token->count == 0 && shape <= TOKEN_SHAPE_NUMBER && shape < end - at;
    }
    return at - token->start < 6 && (at == token->body || !vmclock_token_is_block(token->opcode));
}

void vmclock_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    const uint8_t *bytes = cursor->bytes;
    uint32_t at = cursor->at, end = cursor->end;
    uint32_t opcode = 0, shape = TOKEN_SHAPE_UNKNOWN;

    do {
        token->segment = 0;
        token->count = 0;
        token->up = 0;
        token->start = at;
        while (at < end) {
            opcode = bytes[at++];
            if (opcode == AML_EXT_PREFIX)
                opcode = AML_EXT | (at < end ? bytes[at++] : 0u);
            shape = token_shape_of(opcode);
            if (shape != 0 || !cursor->skip)
                break;
            token->start = at;
        }
        if (shape == TOKEN_SHAPE_NAME && opcode != AML_NAME) {
            opcode = AML_NAME_STRING;
            at = token->start;
        }
        token->opcode = opcode;
        token->body = at;
        if (shape == TOKEN_SHAPE_UNKNOWN)
            at = TOKEN_BAD;
        else if (shape != 0)
            at = token_read_shape(cursor, at, shape, token);
    } while (cursor->skip && at < end && token_is_dull(bytes, token, at, end));
    cursor->at = at;
    if (at == TOKEN_BAD)
        vmclock_cursor_fail(cursor);
    token->end = cursor->at;
}

/* Bit n: opcode n is Zero, One, or a number or string; or a buffer or package, too. */
#define TOKEN_NUMBERS UINT32_C(0x07c03)
#define TOKEN_CONSTANTS UINT32_C(0xe7c03)

int vmclock_token_integer(const struct vmclock_cursor *cursor, const struct vmclock_token *token,
                          uint64_t *value)
{
    uint32_t opcode = token->opcode;
    uint32_t at;

    if (opcode <= AML_ONE || opcode == AML_ONES) {
        *value = opcode <= AML_ONE ? opcode : UINT64_MAX;
        return 1;
    }
    if (opcode < AML_BYTE || opcode > AML_QWORD || opcode == AML_STRING)
        return 0;
    *value = 0;
    for (at = token->end - 1; at > token->start; at--)
        *value = *value << 8 | cursor->bytes[at];
    return 1;
}

int vmclock_token_simple(uint32_t opcode)
{
    return opcode - AML_LOCAL0 <= AML_ARG6 - AML_LOCAL0 || opcode == AML_ONES ||
           (opcode <= AML_QWORD && TOKEN_NUMBERS >> opcode & 1);
}

int vmclock_token_constant(const struct vmclock_token *token)
{
    return token->opcode == AML_ONES ||
           (token->opcode <= AML_VAR_PACKAGE && TOKEN_CONSTANTS >> token->opcode & 1);
}
