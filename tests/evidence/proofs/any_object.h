/* SPDX-License-Identifier: BSD-2-Clause */
/* any_object.h - values of objects of which no more is known than object.c shows (object.c here). */
#ifndef VMCLOCK_PROOF_ANY_OBJECT_H
#define VMCLOCK_PROOF_ANY_OBJECT_H

#include "any_token.h"
#include "drivers/acpi/object.h"

/* Of what is computed there need be none, but where an object is read first, too. */
static inline enum object any_value(uint32_t at, uint32_t end, int always,
                                    struct vmclock_token *value)
{
    struct vmclock_token any;
    enum object kind = (enum object)(any_u8() % 3);

    ASSUME((kind == OBJECT_COMPUTED && !always) ||
           (any.start >= at && any.start <= any.end && any.end <= end));
    ASSUME(kind != OBJECT_CONSTANT || token_keeps(&any, 0));
    *value = any;
    return kind;
}

enum object vmclock_object_value(struct vmclock_cursor *cursor, const struct vmclock_token *object,
                                 struct vmclock_token *value)
{
    uint32_t at = cursor->at;

    PROVE(is_piece(at, cursor->end) && cursor->bytes == table);
    PROVE(is_token_of(object, ACPI_HEADER_SIZE, cursor->end) && object->body > object->start);
    if (object->opcode == AML_METHOD)
        return any_value(object->body, object->end, 0, value);
    PROVE(object->end <= at);
    if (any_int() || at == cursor->end) {
        cursor->error = VMCLOCK_ERR_AML;
        cursor->at = cursor->end;
        (void)any_value(at, cursor->end, 0, value);
        return OBJECT_COMPUTED;
    }
    cursor->at = any_u32();
    ASSUME(cursor->at > at && cursor->at <= cursor->end);
    return any_value(at, cursor->at, 0, value);
}

/* An object was read there before. */
static inline void prove_known(const uint8_t *bytes, uint32_t at, uint32_t end)
{
    PROVE(bytes == table && is_piece(at, end) && at < end);
}

enum object vmclock_object_at(const uint8_t *bytes, uint32_t at, uint32_t end,
                              struct vmclock_token *value)
{
    prove_known(bytes, at, end);
    return any_value(at, end, 1, value);
}

int vmclock_object_buffer(const uint8_t *bytes, uint32_t at, uint32_t end, uint32_t before_end,
                          struct vmclock_cursor *cursor)
{
    prove_known(bytes, at, end);
    (void)before_end;
    if (any_int())
        return VMCLOCK_ERR_UNSUPPORTED;
    cursor->bytes = table;
    cursor->at = any_u32();
    cursor->end = any_u32();
    ASSUME(is_inside(cursor->at, cursor->end) && cursor->end <= end);
    return 0;
}

int vmclock_object_is_read(const uint16_t *opcodes)
{
    PROVE(__CPROVER_r_ok(opcodes, 4));
    return any_int();
}

#endif
