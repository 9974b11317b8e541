/* SPDX-License-Identifier: BSD-2-Clause */
/* A token of any bytes lies in them, is not empty, and so are its parts; who reads it again reads the same. */
#define PROOF_OF_TOKEN
#include "any_token.h"
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/token.c"

#ifndef BYTES
#define BYTES 8
#endif

static void prove_again(const uint8_t *bytes, const struct vmclock_token *token)
{
    struct vmclock_cursor cursor;
    struct vmclock_token same;

    vmclock_cursor_set(&cursor, bytes, token->start, token->end);
    vmclock_token_next(&cursor, &same);
    PROVE(cursor.error == 0 && cursor.at == token->end);
    PROVE(same.opcode == token->opcode && same.count == token->count && same.up == token->up);
    PROVE(same.segments == token->segments || same.count == 0);
    PROVE(same.body == token->body && same.segment == token->segment);
}

int main(void)
{
    uint32_t length = any_u32(), at = any_u32(), end = any_u32();
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    const uint8_t *bytes;
    uint64_t value;

    ASSUME(at < end && end <= length && length <= BYTES);
    bytes = proof_bytes(length, BYTES);
    vmclock_cursor_set(&cursor, bytes, at, end);
    cursor.skip = any_u8() & 1; /* what is a single byte */
    vmclock_token_next(&cursor, &token);
    PROVE(cursor.at <= cursor.end && cursor.end == end);
    PROVE(cursor.error == 0 || cursor.error == VMCLOCK_ERR_AML);
    PROVE(cursor.skip ? token.start >= at && token.start <= end : token.start == at);
    PROVE(token.end == cursor.at);
    if (cursor.error != 0) {
        PROVE(cursor.at == end && token_failed(&token, end));
        return 0;
    }
    PROVE(cursor.at > at); /* so that a walk over them ends */
    PROVE(token_keeps(&token, cursor.skip));
    if (vmclock_token_integer(&cursor, &token, &value) && token.opcode == AML_BYTE)
        PROVE(value == cursor.bytes[token.start + 1]);
#ifdef AGAIN
    if (token.start < token.end)
        prove_again(bytes, &token);
#endif
    vmclock_token_enter(&cursor, &token);
    PROVE(cursor.at <= cursor.end && cursor.end <= end);
    return 0;
}
