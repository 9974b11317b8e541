/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - reading under a sequence count, which is odd while somebody writes. What is loaded
 * between a window's opening and its closing belongs to one update, if both succeed; else it is
 * thrown away. The page has such a count, and so has the steered clock.
 */
#ifndef VMCLOCK_LIB_WINDOW_H
#define VMCLOCK_LIB_WINDOW_H

#include <vmclock/abi.h>
#include <vmclock/types.h>
#include "arch/arch.h"
#include "lib/wire.h"

/* Into the caller, also where size counts: a call would take as much as what it does. */
#define WINDOW_INLINE inline __attribute__((always_inline))

/* The page is read as the 64-bit words that it consists of. */
typedef uint64_t __attribute__((may_alias)) window_word;

#define WINDOW_WORD(field) (VMCLOCK_OFFSETOF(struct vmclock_page, field) / 8)
#define WINDOW_BIT(field) (VMCLOCK_OFFSETOF(struct vmclock_page, field) % 8 * 8)

#define WINDOW_ODD 1u                 /* of a count in the CPU's byte order */
#define WINDOW_ODD_WIRE WIRE_LE32(1u) /* of the page's, as it lies there */

/* 1 if the count that was just loaded says that nobody is writing; then later loads come after it. */
static WINDOW_INLINE int window_open(uint32_t seen, uint32_t odd)
{
    if (seen & odd)
        return 0;
    vmclock_arch_read_barrier();
    return 1;
}

/* 1 if nobody began to write before all earlier loads were done. */
static WINDOW_INLINE int window_close(const volatile uint32_t *count, uint32_t seen)
{
    vmclock_arch_read_barrier();
    return *count == seen;
}

static WINDOW_INLINE uint64_t window_page_word(const volatile struct vmclock_page *page,
                                               size_t index)
{
    return WIRE_LE64(((const volatile window_word *)page)[index]);
}

/* The word of the page that has the count, and beside it fields that a publisher may not change. */
static WINDOW_INLINE uint64_t window_lock_word(uint32_t seq, uint8_t time_type, uint8_t counter_id)
{
    return (uint64_t)seq << 32 | (uint32_t)time_type << 24 | (uint32_t)counter_id << 16 |
           VMCLOCK_PAGE_VERSION;
}

/*
 * Opens a window of the page for somebody who kept what a full copy gave, and whose lock word is
 * even. 1 if the page is still the same.
 *
 * A sequence count alone does not tell: where the page lies outside of the machine, or the machine
 * came to another host, an equal count can mean another update. Then the counter was disrupted, and
 * the marker tells. The reference counter value is compared for the sake of publishers that forget
 * the marker: it is hardly ever the same twice. By address, as values would be loaded, and kept in
 * registers, before the first test: three instructions more.
 */
static WINDOW_INLINE int window_open_same(const volatile struct vmclock_page *page,
                                          const uint64_t *lock_word, const uint64_t *marker,
                                          const uint64_t *ref_counter)
{
    if (window_page_word(page, WINDOW_WORD(seq_count)) != *lock_word)
        return 0;
    vmclock_arch_read_barrier();
    return window_page_word(page, WINDOW_WORD(disruption_marker)) == *marker &&
           window_page_word(page, WINDOW_WORD(counter_value)) == *ref_counter;
}

static WINDOW_INLINE int window_close_same(const volatile struct vmclock_page *page,
                                           const uint64_t *lock_word)
{
    vmclock_arch_read_barrier();
    return window_page_word(page, WINDOW_WORD(seq_count)) == *lock_word;
}

#endif
