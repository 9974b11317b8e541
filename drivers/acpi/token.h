/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token.h - AML as a flat row of tokens.
 *
 * A token is an opcode with what stands directly behind it in a form of its own: a package length
 * and the package, a name, fixed bytes. Operands that are terms are tokens again, so the row can be
 * followed without knowing how many operands an opcode or a called method takes: Store(Add(1, X), Y)
 * is Store, Add, 1, X, Y. The bytes between the operands of Match, 0 to 5, are tokens, too; else those
 * that are no Zero or One are passed over by interpreters, and with them the end of a block that they end.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_TOKEN_H
#define VMCLOCK_DRIVERS_ACPI_TOKEN_H

#include "drivers/acpi/cursor.h"

/* Opcodes that somebody asks for. ACPI 6.5, 20.3. */
enum {
    AML_ZERO = 0x00,
    AML_ONE = 0x01,
    AML_ALIAS = 0x06,
    AML_NAME = 0x08,
    AML_BYTE = 0x0a,
    AML_WORD = 0x0b,
    AML_DWORD = 0x0c,
    AML_STRING = 0x0d,
    AML_QWORD = 0x0e,
    AML_SCOPE = 0x10,
    AML_BUFFER = 0x11,
    AML_PACKAGE = 0x12,
    AML_VAR_PACKAGE = 0x13,
    AML_METHOD = 0x14,
    AML_EXTERNAL = 0x15,
    AML_EXT_PREFIX = 0x5b,
    AML_LOCAL0 = 0x60,
    AML_ARG6 = 0x6e,
    AML_IF = 0xa0,
    AML_ELSE = 0xa1,
    AML_WHILE = 0xa2,
    AML_RETURN = 0xa4,
    AML_ONES = 0xff,
    AML_EXT = 0x100, /* opcodes behind the prefix */
    AML_ACQUIRE = AML_EXT | 0x23,
    AML_FIELD = AML_EXT | 0x81,
    AML_DEVICE = AML_EXT | 0x82,
    AML_PROCESSOR = AML_EXT | 0x83,
    AML_POWER_RESOURCE = AML_EXT | 0x84,
    AML_THERMAL_ZONE = AML_EXT | 0x85,
    AML_INDEX_FIELD = AML_EXT | 0x86,
    AML_BANK_FIELD = AML_EXT | 0x87,
    AML_NAME_STRING = 0x200 /* a name where a term stands: a reference or a call */
};

/* A name segment as a number, its first character lowest. */
#define AML_SEGMENT(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

#define AML_HID AML_SEGMENT('_', 'H', 'I', 'D')
#define AML_CID AML_SEGMENT('_', 'C', 'I', 'D')
#define AML_STA AML_SEGMENT('_', 'S', 'T', 'A')
#define AML_CRS AML_SEGMENT('_', 'C', 'R', 'S')

#define AML_ROOT 255u /* in token.up: the name begins at the root */

struct vmclock_token {
    uint32_t opcode;
    uint32_t start;    /* offset of the opcode */
    uint32_t body;     /* offset behind opcode, package length, name and fixed bytes */
    uint32_t end;      /* offset behind the token; that of the package if it has one */
    uint32_t segment;  /* last segment of the name; 0 if it has none or the null name */
    uint32_t segments; /* offset of the name's first segment */
    uint8_t count;     /* segments of the name */
    uint8_t up;        /* how many scopes the name goes up before them, or AML_ROOT */
};

/*
 * Reads the token at the cursor and moves behind it. If the cursor skips, those are passed over that make no
 * difference to who defines what: constants, variables of a method, operators, whose operands are tokens
 * again, what is empty or nearly, and names where a term stands, but for paths, _HID and _CID. What is read
 * is then the next one, or the last of all. The cursor fails with VMCLOCK_ERR_AML if the token is cut off or malformed; then it is not
 * to be used.
 */
void vmclock_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token);

/* Moves to the token's body, so that nothing behind the token can be reached. */
static inline void vmclock_token_enter(struct vmclock_cursor *cursor,
                                       const struct vmclock_token *token)
{
    cursor->at = token->body;
    cursor->end = token->end;
}

/* Whether the name is one segment without prefix: what it defines lies in the present scope. */
static inline int vmclock_token_plain(const struct vmclock_token *token)
{
    return token->count == 1 && token->up == 0;
}

/* _HID and _CID. */
static inline int vmclock_token_is_id(uint32_t segment)
{
    return segment == AML_HID || segment == AML_CID;
}

/* Whether an opcode begins a block that holds named objects. */
static inline int vmclock_token_is_block(uint32_t opcode)
{
    return opcode == AML_SCOPE || (opcode >= AML_DEVICE && opcode <= AML_THERMAL_ZONE);
}

/* Whether the token is an integer constant, and its value; *value is untouched if not. */
int vmclock_token_integer(const struct vmclock_cursor *cursor, const struct vmclock_token *token,
                          uint64_t *value);

/* Whether an opcode is a constant that is no buffer or package, or a variable of a method. */
int vmclock_token_simple(uint32_t opcode);

/* Whether the token is a constant of any kind. A package of references is one too. */
int vmclock_token_constant(const struct vmclock_token *token);

#endif
