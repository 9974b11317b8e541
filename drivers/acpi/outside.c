/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a table does to a device from elsewhere than the device's own block.
 */
#include "internal.h"
#include "token.h"

static int is_changeable(uint32_t segment)
{
    return segment == AML_SEGMENT('_', 'S', 'T', 'A') || segment == AML_SEGMENT('_', 'C', 'R', 'S');
}

static int mentions_changeable(const struct vmclock_cursor *table, uint32_t at, uint32_t end)
{
    struct vmclock_cursor cursor;
    uint32_t word = 0;

    vmclock_cursor_set(&cursor, table->bytes, at < end ? at : end, end);
    while (cursor.at < cursor.end) {
        word = word >> 8 | vmclock_cursor_u8(&cursor) << 24;
        if (is_changeable(word))
            return 1;
    }
    return 0;
}

int vmclock_acpi_reached_from_outside(const uint8_t *table, uint32_t length, uint32_t start,
                                      uint32_t end)
{
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    uint32_t at, name, clean = 0; /* up to there nothing was mentioned */
    uint64_t words = 0;

    vmclock_cursor_set(&cursor, table, start, length);
    vmclock_token_next(&cursor, &token);
    name = token.segment;
    for (at = ACPI_HEADER_SIZE; at < length; at++) {
        if (at == start)
            at = end;
        vmclock_cursor_set(&cursor, table, at, length);
        words = words >> 8 | (uint64_t)vmclock_cursor_u8(&cursor) << 56;
        if ((uint32_t)words == name && is_changeable((uint32_t)(words >> 32)))
            return 1;
        if (words >> 56 != AML_SCOPE)
            continue;
        cursor.at = at;
        vmclock_token_next(&cursor, &token);
        if (cursor.error != 0 || token.segment != name)
            continue;
        if (mentions_changeable(&cursor, token.body > clean ? token.body : clean, token.end))
            return 1;
        clean = token.end > clean ? token.end : clean;
    }
    return 0;
}
