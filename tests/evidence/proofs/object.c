/* SPDX-License-Identifier: BSD-2-Clause */
/* What any Name or Method gives: the pieces that it is read from lie in it, or in the block around it. */
#include "any_token.h"
#include "drivers/acpi/cursor.c"
#define vmclock_token_next a_token_next /* the object itself was read before: it does not fail */
static void a_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token);
#include "drivers/acpi/object.c"

static uint32_t known_at; /* where objects were read before */

static void a_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    uint32_t at = cursor->at;

    any_token(cursor, token);
    if (at == known_at)
        ASSUME(cursor->error == 0 && (token->opcode == AML_NAME || token->opcode == AML_METHOD) &&
               token->body > token->start);
    else if (at < cursor->end && table[at] == AML_NAME)
        ASSUME(token->opcode == AML_NAME);
}

static void prove_value(const struct vmclock_token *value, uint32_t at, uint32_t end)
{
    PROVE(value->start >= at && value->start <= value->end && value->end <= end);
}

int main(void)
{
    uint32_t at = any_u32(), end = any_u32();
    struct vmclock_cursor cursor;
    struct vmclock_token object, value;

    any_table();
    ASSUME(is_piece(at, end) && at < end);
    known_at = at;
    if (any_int()) {
        vmclock_cursor_set(&cursor, table, at, end);
        a_token_next(&cursor, &object);
        at = cursor.at;
        known_at = 0;
        if (vmclock_object_value(&cursor, &object, &value) != OBJECT_COMPUTED)
            prove_value(&value, object.start, object.opcode == AML_METHOD ? object.end : end);
        PROVE(cursor.end == end && cursor.at >= at && cursor.at <= end);
    } else if (any_int()) {
        (void)vmclock_object_at(table, at, end, &value);
        prove_value(&value, at, end);
    } else if (vmclock_object_buffer(table, at, end, any_u16(), &cursor) == 0) {
        PROVE(cursor.bytes == table && is_inside(cursor.at, cursor.end) && cursor.end <= end);
    }
    return 0;
}
