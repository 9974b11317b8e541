/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a table does to a device from elsewhere than the device's own block.
 */
#include "internal.h"
#include "token.h"

#define WORD_STA AML_SEGMENT('_', 'S', 'T', 'A')
#define WORD_CRS AML_SEGMENT('_', 'C', 'R', 'S')

/* Whether one of two words appears between two offsets. */
static int mentions(const uint8_t *table, uint32_t at, uint32_t end, uint32_t one, uint32_t other)
{
    struct vmclock_cursor cursor;
    uint32_t word = 0;

    vmclock_cursor_set(&cursor, table, at < end ? at : end, end);
    while (cursor.at < cursor.end) {
        word = word >> 8 | vmclock_cursor_u8(&cursor) << 24;
        if (word == one || word == other)
            return 1;
    }
    return 0;
}

/*
 * Whether a block is in the device or below it, by the path that is its name: a Scope that leads to
 * or through the device, or anything else that is put there.
 */
static VMCLOCK_NOINLINE int is_within(const uint8_t *table, const struct vmclock_token *block,
                                      uint32_t device)
{
    uint32_t end = block->body;

    if (block->opcode != AML_SCOPE) {
        if (block->plain || (block->opcode != AML_METHOD &&
                             (block->opcode < AML_DEVICE || block->opcode > AML_THERMAL_ZONE)))
            return 0;
        end -= 4; /* its own name */
    }
    return mentions(table, block->start, end, device, device);
}

int vmclock_acpi_reached_from_outside(const uint8_t *table, uint32_t length, uint32_t start,
                                      uint32_t end)
{
    struct vmclock_cursor cursor;
    struct vmclock_token token;
    uint32_t at, first, word, name, clean = 0; /* up to there nothing was mentioned */
    uint64_t words = 0;

    vmclock_cursor_set(&cursor, table, start, length);
    vmclock_token_next(&cursor, &token);
    name = token.segment;
    vmclock_cursor_set(&cursor, table, ACPI_HEADER_SIZE, length);
    while (cursor.at < length) {
        at = cursor.at == start ? end : cursor.at;
        cursor.at = at;
        words = words >> 8 | (uint64_t)vmclock_cursor_u8(&cursor) << 56;
        word = (uint32_t)(words >> 32);
        if ((uint32_t)words == name && (word == WORD_STA || word == WORD_CRS))
            return 1;
        first = word >> 24;
        if (first != AML_SCOPE && first != AML_METHOD && first != AML_EXT_PREFIX)
            continue;
        cursor.at = at;
        vmclock_token_next(&cursor, &token);
        if (cursor.error == 0 && is_within(table, &token, name)) {
            if (mentions(table, token.body > clean ? token.body : clean, token.end, WORD_STA,
                         WORD_CRS))
                return 1;
            clean = token.end > clean ? token.end : clean;
        }
        vmclock_cursor_set(&cursor, table, at + 1, length);
    }
    return 0;
}
