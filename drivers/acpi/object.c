/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/acpi/object.h"

static enum object object_method_value(const struct vmclock_cursor *outer,
                                       const struct vmclock_token *method,
                                       struct vmclock_token *value)
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
    /* Who else names it is watched, but not of names that ACPI reserves. */
    if (local == 0 && value->opcode == AML_NAME_STRING && vmclock_token_plain(value) &&
        (value->segment & 0xff) != '_')
        return OBJECT_NAMED;
    if (local != 0 &&
        !(token.opcode == AML_NAME_STRING && vmclock_token_plain(&token) && token.segment == local))
        return OBJECT_COMPUTED;
    return vmclock_token_constant(value) ? OBJECT_CONSTANT : OBJECT_COMPUTED;
}

VMCLOCK_NOINLINE enum object vmclock_object_value(struct vmclock_cursor *cursor,
                                                  const struct vmclock_token *object,
                                                  struct vmclock_token *value)
{
    if (object->opcode == AML_METHOD)
        return object_method_value(cursor, object, value);
    vmclock_token_next(cursor, value);
    return cursor->error == 0 && vmclock_token_constant(value) ? OBJECT_CONSTANT : OBJECT_COMPUTED;
}

VMCLOCK_NOINLINE int vmclock_object_find(const uint8_t *bytes, uint32_t start, uint32_t end,
                                         uint32_t segment, struct vmclock_token *value)
{
    struct vmclock_cursor cursor;
    struct vmclock_token token;

    vmclock_cursor_set(&cursor, bytes, start, end);
    vmclock_token_next(&cursor, &token);
    vmclock_token_enter(&cursor, &token);
    while (vmclock_token_skip(&cursor), cursor.at < cursor.end) {
        vmclock_token_next(&cursor, &token);
        if (token.opcode == AML_NAME_STRING || token.opcode == AML_EXTERNAL ||
            !vmclock_token_plain(&token) || token.segment != segment)
            continue;
        vmclock_token_next(&cursor, value);
        return token.opcode == AML_NAME && cursor.error == 0 && vmclock_token_constant(value);
    }
    return 0;
}

/*
 * Whether a name stands where its value is only read, or notified: right behind an opcode whose first
 * operand is, or one simple operand later behind one whose first two are. Bit n: opcode 0x70 + n.
 */
int vmclock_object_is_read(const uint16_t *opcodes)
{
    static const uint32_t first[] = {0x40e7ff9d, 0x001503ff};
    static const uint32_t second[] = {0x0020fe9c, 0x0000003b};
    uint32_t before = opcodes[0];
    const uint32_t *bits = first;

    if (vmclock_token_simple(before)) {
        before = opcodes[1];
        bits = second;
    }
    before -= 0x70;
    return before < 64 && bits[before >> 5] >> (before & 31) & 1;
}
