/* SPDX-License-Identifier: BSD-2-Clause */
/* A cursor stays in its table and gives what lies there. */
#include "drivers/acpi/cursor.c"
#include "proof.h"

#ifndef LENGTH
#define LENGTH 9
#endif

static void numbers(struct vmclock_cursor *cursor)
{
    const uint8_t *bytes = cursor->bytes;
    uint32_t at = cursor->at, left = cursor->end - at;
    uint64_t number;

    switch (any_u8() & 3) {
    case 0:
        number = vmclock_cursor_u8(cursor);
        PROVE(left >= 1 ? number == bytes[at] && cursor->at == at + 1 : number == 0);
        PROVE((cursor->error != 0) == (left < 1));
        break;
    case 1:
        number = vmclock_cursor_u16(cursor);
        PROVE(left < 2 || number == ((uint32_t)bytes[at] | (uint32_t)bytes[at + 1] << 8));
        PROVE((cursor->error != 0) == (left < 2));
        break;
    case 2:
        number = vmclock_cursor_u32(cursor);
        PROVE(left < 4 || number == vmclock_cursor_word(bytes, at));
        PROVE((cursor->error != 0) == (left < 4));
        break;
    default:
        number = vmclock_cursor_u64(cursor);
        PROVE(left < 8 || number == ((uint64_t)vmclock_cursor_word(bytes, at + 4) << 32 |
                                     vmclock_cursor_word(bytes, at)));
        PROVE((cursor->error != 0) == (left < 8));
        break;
    }
}

static void sum(struct vmclock_cursor *cursor)
{
    const uint8_t *bytes = cursor->bytes + cursor->at;
    uint32_t count = cursor->end - cursor->at;
    uint8_t told = vmclock_cursor_sum(cursor);

    /* Longer sums no solver compares in time: eight bytes at once and one by one are all that there is to them. */
    PROVE(count != 8 || told == (uint8_t)(bytes[0] + bytes[1] + bytes[2] + bytes[3] + bytes[4] +
                                          bytes[5] + bytes[6] + bytes[7]));
    PROVE(count != 5 || told == (uint8_t)(bytes[0] + bytes[1] + bytes[2] + bytes[3] + bytes[4]));
    PROVE(count != 2 || told == (uint8_t)(bytes[0] + bytes[1]));
    PROVE(count != 0 || told == 0);
    PROVE(cursor->at == cursor->end);
}

int main(void)
{
    uint32_t length = any_u32(), at = any_u32(), end = any_u32();
    struct vmclock_cursor cursor;

    ASSUME(at <= end && end <= length && length <= LENGTH);
    vmclock_cursor_set(&cursor, proof_bytes(length, LENGTH), at, end);
    if (any_u8() & 1)
        numbers(&cursor);
    else
        sum(&cursor);
    PROVE(cursor.at <= cursor.end && cursor.end == end);
    PROVE(cursor.error == 0 || cursor.at == end);
    return 0;
}
