/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * any_token.h - what token.c shows of tokens, and a reader of them of which no more is known. A table is then any
 * bytes for what walks over it, token by token.
 */
#ifndef VMCLOCK_PROOF_ANY_TOKEN_H
#define VMCLOCK_PROOF_ANY_TOKEN_H

#include "drivers/acpi/internal.h"
#include "drivers/acpi/token.h"
#include "proof.h"

#ifndef LENGTH
#define LENGTH 28 /* bytes of AML behind the header */
#endif

/* The table: its header, and up to so many bytes. */
static const uint8_t *table;
static uint32_t table_length;

static inline void any_table(void)
{
    table_length = any_u32();
    ASSUME(table_length >= ACPI_HEADER_SIZE && table_length <= ACPI_HEADER_SIZE + LENGTH);
    table = proof_bytes(table_length, ACPI_HEADER_SIZE + LENGTH);
}

/* A piece of it, and one of its AML. */
static inline int is_inside(uint32_t at, uint32_t end)
{
    return at <= end && end <= table_length;
}

static inline int is_piece(uint32_t at, uint32_t end)
{
    return at >= ACPI_HEADER_SIZE && is_inside(at, end);
}

/* The parts of a token that is none of an error's. Empty is one only that says nothing to who skips. */
static inline int token_keeps(const struct vmclock_token *token, int skip)
{
    if (token->body < token->start || token->body > token->end)
        return 0;
    if (token->body == token->start &&
        (!skip || token->end != token->start || token->count != 0 || token->opcode == AML_NAME ||
         token->opcode == AML_METHOD || vmclock_token_is_block(token->opcode)))
        return 0;
    if ((token->opcode == AML_IF || token->opcode == AML_PACKAGE) && token->body == token->end)
        return 0;
    if (token->count == 0)
        return token->segment == 0;
    return token->segments >= token->start && token->segments <= token->end &&
           4 * (uint32_t)token->count <= token->end - token->segments;
}

/* What there is of one that is: where it begins and ends. */
static inline int token_failed(const struct vmclock_token *token, uint32_t end)
{
    return token->start <= token->body && token->body <= end && token->end == end;
}

static inline void any_token(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    struct vmclock_token any;
    uint32_t at = cursor->at;

    PROVE(is_inside(at, cursor->end) && cursor->bytes == table);
    ASSUME(cursor->skip ? any.start >= at && any.start <= cursor->end : any.start == at);
    if (at < cursor->end && any_int()) {
        ASSUME(any.end > at && any.end <= cursor->end && token_keeps(&any, cursor->skip));
        cursor->at = any.end;
    } else {
        ASSUME(token_failed(&any, cursor->end));
        cursor->at = cursor->end;
        cursor->error = VMCLOCK_ERR_AML;
    }
    *token = any;
}

#ifndef PROOF_OF_TOKEN
void vmclock_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    any_token(cursor, token);
}

int vmclock_token_integer(const struct vmclock_cursor *cursor, const struct vmclock_token *token,
                          uint64_t *value)
{
    PROVE(is_inside(token->start, token->end) && cursor->bytes == table);
    if (!any_int())
        return 0;
    *value = any_u64();
    return 1;
}

int vmclock_token_simple(uint32_t opcode)
{
    (void)opcode;
    return any_int();
}

int vmclock_token_constant(const struct vmclock_token *token)
{
    (void)token;
    return any_int();
}

/* Whether a token was read, as one of a piece. */
static inline int is_token_of(const struct vmclock_token *token, uint32_t at, uint32_t end)
{
    return token->start >= at && token->end <= end && token_keeps(token, 0);
}
#endif

#endif
