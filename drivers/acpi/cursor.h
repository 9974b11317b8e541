/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cursor.h - how bytes of a firmware table are read. Where many are only searched, by an index below
 * the end.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_CURSOR_H
#define VMCLOCK_DRIVERS_ACPI_CURSOR_H

#include <vmclock/types.h>

/*
 * Keeps functions apart: those that are not in use at the same time shall not add up to one large
 * stack frame, and a search in a constant table shall not become a table of addresses.
 */
#define VMCLOCK_NOINLINE __attribute__((noinline))

/* A place in a table. at never passes end; end never passes the table. */
struct vmclock_cursor {
    const uint8_t *bytes; /* the table from its first byte on */
    uint32_t at;          /* offset of the next byte */
    uint32_t end;         /* offset of the first byte out of reach */
    int error;            /* 0, or VMCLOCK_ERR_AML: reading has ended; then at is end */
    int skip;             /* tokens that make no difference are passed over */
};

/* Starts at offset at, up to end, and does not skip. at <= end. */
void vmclock_cursor_set(struct vmclock_cursor *cursor, const uint8_t *bytes, uint32_t at,
                        uint32_t end);

/* Ends reading: nothing follows but zeros. */
void vmclock_cursor_fail(struct vmclock_cursor *cursor);

/* Little-endian numbers. 0, and the cursor fails with VMCLOCK_ERR_AML, beyond the end. */
uint32_t vmclock_cursor_u8(struct vmclock_cursor *cursor);
uint32_t vmclock_cursor_u16(struct vmclock_cursor *cursor);
uint32_t vmclock_cursor_u32(struct vmclock_cursor *cursor);
uint64_t vmclock_cursor_u64(struct vmclock_cursor *cursor);

/* A little-endian number of four bytes that are known to lie in the table. */
static inline uint32_t vmclock_cursor_word(const uint8_t *bytes, uint32_t at)
{
    const uint8_t *word = bytes + at;

    return word[0] | (uint32_t)word[1] << 8 | (uint32_t)word[2] << 16 | (uint32_t)word[3] << 24;
}

/* The sum of the bytes from at on, modulo 256. Moves to the end. */
uint8_t vmclock_cursor_sum(struct vmclock_cursor *cursor);

#endif
