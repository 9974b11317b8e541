/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "drivers/acpi/object.h"

static enum object object_method_value(const struct vmclock_cursor *outer,
                                       const struct vmclock_token *method,
                                       struct vmclock_token *value)
{
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    uint32_t local = 0, arguments = outer->bytes[method->body - 1] & 7; /* flags */

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
    if (cursor.error != 0 || cursor.at != cursor.end || arguments != 0)
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

VMCLOCK_NOINLINE enum object vmclock_object_at(const uint8_t *bytes, uint32_t at, uint32_t end,
                                               struct vmclock_token *value)
{
    struct vmclock_cursor cursor;

    vmclock_cursor_set(&cursor, bytes, at, end);
    vmclock_token_next(&cursor, value);
    return vmclock_object_value(&cursor, value, value);
}

VMCLOCK_NOINLINE int vmclock_object_constant(const uint8_t *bytes, uint32_t at, uint32_t end,
                                             uint32_t before_end, struct vmclock_token *value)
{
    enum object kind = vmclock_object_at(bytes, at, end, value);

    if (kind == OBJECT_NAMED && before_end - 1 < end && bytes[end - before_end] == AML_NAME)
        kind = vmclock_object_at(bytes, end - before_end, end, value);
    return kind == OBJECT_CONSTANT;
}

VMCLOCK_NOINLINE int vmclock_object_buffer(const uint8_t *bytes, uint32_t at, uint32_t end,
                                           uint32_t before_end, struct vmclock_cursor *cursor)
{
    struct vmclock_token token; /* the buffer, and its size */
    uint64_t size;

    if (!vmclock_object_constant(bytes, at, end, before_end, &token))
        return VMCLOCK_ERR_UNSUPPORTED;
    if (token.opcode != AML_BUFFER)
        return VMCLOCK_ERR_RESOURCE;
    vmclock_cursor_set(cursor, bytes, token.body, token.end);
    vmclock_token_next(cursor, &token);
    return vmclock_token_integer(cursor, &token, &size) && size <= VMCLOCK_ACPI_MAX_TABLE
               ? cursor->error
               : VMCLOCK_ERR_UNSUPPORTED; /* nobody has room for it */
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
