/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * any_token.h - what token.c shows of tokens, and a reader of them of which no more is known. A table is then any
 * bytes for what walks over it, token by token.
 */
#ifndef VMCLOCK_PROOF_ANY_TOKEN_H
#define VMCLOCK_PROOF_ANY_TOKEN_H

#include "drivers/acpi/token.h"
#include "proof.h"

/* The parts of a token that is none of an error's. */
static int token_keeps(const struct vmclock_token *token, int skip)
{
    if (token->body < token->start + !skip || token->body > token->end)
        return 0;
    if ((token->opcode == AML_IF || token->opcode == AML_PACKAGE) && token->body == token->end)
        return 0;
    return token->count == 0 || (token->segments >= token->start && token->segments <= token->end &&
                                 4 * (uint32_t)token->count <= token->end - token->segments);
}

static inline void any_token(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    struct vmclock_token any;
    uint32_t at = cursor->at;

    ASSUME(cursor->skip ? any.start >= at && any.start <= cursor->end : any.start == at);
    if (at < cursor->end && any_int()) {
        ASSUME(any.end > at && any.end <= cursor->end && token_keeps(&any, cursor->skip));
        cursor->at = any.end;
    } else {
        cursor->at = any.end = cursor->end;
        cursor->error = VMCLOCK_ERR_AML;
    }
    *token = any;
}

#endif
