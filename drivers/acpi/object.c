/* SPDX-License-Identifier: BSD-2-Clause */
#include "object.h"

static enum object method_value(const struct vmclock_cursor *outer,
                                const struct vmclock_token *method, struct vmclock_token *value)
{
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    uint32_t local = 0;

    vmclock_cursor_set(&cursor, outer->bytes, method->body, method->end);
    vmclock_token_next(&cursor, &token);
    if (cursor.error == 0 && token.opcode == AML_NAME && vmclock_token_plain(&token)) {
        local = token.segment;
        vmclock_token_next(&cursor, value);
        vmclock_token_next(&cursor, &token);
    }
    if (cursor.error != 0 || token.opcode != AML_RETURN)
        return OBJECT_COMPUTED;
    vmclock_token_next(&cursor, local != 0 ? &token : value);
    if (cursor.error != 0 || cursor.at != cursor.end || (method->last & 7) != 0)
        return OBJECT_COMPUTED;
    if (local == 0 && value->opcode == AML_NAME_STRING && vmclock_token_plain(value))
        return OBJECT_NAMED;
    if (local != 0 && !(token.opcode == AML_NAME_STRING && vmclock_token_plain(&token) &&
                        token.segment == local))
        return OBJECT_COMPUTED;
    return vmclock_token_constant(value) ? OBJECT_CONSTANT : OBJECT_COMPUTED;
}

VMCLOCK_NOINLINE enum object vmclock_object_value(struct vmclock_cursor *cursor,
                                                  const struct vmclock_token *object,
                                                  struct vmclock_token *value)
{
    if (object->opcode == AML_METHOD)
        return method_value(cursor, object, value);
    vmclock_token_next(cursor, value);
    return cursor->error == 0 && vmclock_token_constant(value) ? OBJECT_CONSTANT : OBJECT_COMPUTED;
}

VMCLOCK_NOINLINE int vmclock_object_find(const uint8_t *bytes, const struct vmclock_token *block,
                                         uint32_t segment, struct vmclock_token *value)
{
    struct vmclock_cursor cursor;
    struct vmclock_token token;

    vmclock_cursor_set(&cursor, bytes, block->body, block->end);
    while (cursor.at < cursor.end) {
        vmclock_token_next(&cursor, &token);
        if (token.opcode == AML_NAME_STRING || token.opcode == AML_EXTERNAL ||
            !vmclock_token_plain(&token) || token.segment != segment)
            continue;
        return token.opcode == AML_NAME &&
               vmclock_object_value(&cursor, &token, value) == OBJECT_CONSTANT;
    }
    return 0;
}
