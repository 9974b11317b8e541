/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "drivers/acpi/cursor.h"

void vmclock_cursor_set(struct vmclock_cursor *cursor, const uint8_t *bytes, uint32_t at,
                        uint32_t end)
{
    cursor->bytes = bytes;
    cursor->at = at;
    cursor->end = end;
    cursor->error = 0;
    cursor->skip = 0;
}

void vmclock_cursor_fail(struct vmclock_cursor *cursor)
{
    cursor->error = VMCLOCK_ERR_AML;
    cursor->at = cursor->end;
}

uint32_t vmclock_cursor_u8(struct vmclock_cursor *cursor)
{
    if (cursor->at >= cursor->end) {
        vmclock_cursor_fail(cursor);
        return 0;
    }
    return cursor->bytes[cursor->at++];
}

uint32_t vmclock_cursor_u16(struct vmclock_cursor *cursor)
{
    uint32_t low = vmclock_cursor_u8(cursor);
    return low | vmclock_cursor_u8(cursor) << 8;
}

uint32_t vmclock_cursor_u32(struct vmclock_cursor *cursor)
{
    uint32_t low = vmclock_cursor_u16(cursor);
    return low | vmclock_cursor_u16(cursor) << 16;
}

uint64_t vmclock_cursor_u64(struct vmclock_cursor *cursor)
{
    uint64_t low = vmclock_cursor_u32(cursor);
    return low | (uint64_t)vmclock_cursor_u32(cursor) << 32;
}

uint8_t vmclock_cursor_sum(struct vmclock_cursor *cursor)
{
    const uint8_t *bytes = cursor->bytes;
    uint32_t at, first, second, sum = 0;

    for (at = cursor->at; cursor->end - at >= 8; at += 8) { /* all tables are summed up */
        first = vmclock_cursor_word(bytes, at);
        second = vmclock_cursor_word(bytes, at + 4);
        first = (first & 0xff00ff) + (first >> 8 & 0xff00ff) + (second & 0xff00ff) +
                (second >> 8 & 0xff00ff);
        sum += first + (first >> 16);
    }
    for (; at < cursor->end; at++)
        sum += bytes[at];
    cursor->at = cursor->end;
    return (uint8_t)sum;
}
