/* SPDX-License-Identifier: BSD-2-Clause */
/* A token of any bytes lies in them, is not empty, and so are its parts. */
#include "any_token.h"
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/token.c"

#ifndef LENGTH
#define LENGTH 8
#endif

int main(void)
{
    uint32_t length = any_u32(), at = any_u32(), end = any_u32();
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    uint64_t value;

    ASSUME(at < end && end <= length && length <= LENGTH);
    vmclock_cursor_set(&cursor, proof_bytes(length, LENGTH), at, end);
    cursor.skip = any_u8() & 1; /* what is a single byte */
    vmclock_token_next(&cursor, &token);
    PROVE(cursor.at <= cursor.end && cursor.end == end);
    PROVE(cursor.error == 0 || cursor.error == VMCLOCK_ERR_AML);
    if (cursor.error != 0) {
        PROVE(cursor.at == end);
        return 0;
    }
    PROVE(cursor.at > at); /* so that a walk over them ends */
    PROVE((cursor.skip ? token.start >= at : token.start == at) && token.end == cursor.at);
    PROVE(token_keeps(&token, cursor.skip));
    if (vmclock_token_integer(&cursor, &token, &value) && token.opcode == AML_BYTE)
        PROVE(value == cursor.bytes[token.start + 1]);
    vmclock_token_enter(&cursor, &token);
    PROVE(cursor.at <= cursor.end && cursor.end <= end);
    return 0;
}
