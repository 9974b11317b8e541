/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/clamp.h>
#include <vmclock/error.h>
#include "lib/clamp.h"
#include "lib/clock.h"
#include "lib/estimate.h"
#include "lib/utc.h"
#include "lib/wide.h"
#include "lib/window.h"

#ifdef VMCLOCK_ARCH_HAVE_SWAP

#define CLAMP_BITS 30
#define CLAMP_ZERO_SEC (INT64_C(1) << (63 - CLAMP_BITS))

static uint64_t clamp_word_of(uint64_t sec, uint64_t frac64)
{
    return sec << CLAMP_BITS | frac64 >> (64 - CLAMP_BITS);
}

static int clamp_word(const struct vmclock_time *time, uint64_t *word)
{
    if (time->sec < -CLAMP_ZERO_SEC || time->sec >= CLAMP_ZERO_SEC)
        return VMCLOCK_ERR_RANGE;
    *word = clamp_word_of((uint64_t)(time->sec + CLAMP_ZERO_SEC), time->frac64);
    return 0;
}

static void clamp_set_time(uint64_t word, struct vmclock_time *time)
{
    time->sec = (int64_t)(word >> CLAMP_BITS) - CLAMP_ZERO_SEC;
    time->frac64 = word << (64 - CLAMP_BITS);
}

void vmclock_clamp_init(struct vmclock_clamp *clamp, uint64_t limit_ns)
{
    struct wide limit;

    wide_from_ns_ceil(limit_ns, &limit);
    clamp->limit = UINT64_MAX;
    if (limit_ns && limit.sec >> (64 - CLAMP_BITS) == 0)
        clamp->limit = clamp_word_of(limit.sec, limit.frac);
    clamp->count = 0;
    clamp->slots[0].latest = clamp->slots[1].latest = 0;
}

int vmclock_clamp_open(const struct vmclock_clamp *clamp, uint32_t tries, uint32_t *count)
{
    for (; tries; tries--) {
        *count = (uint32_t)clamp->count;
        if (window_open(*count, WINDOW_ODD))
            return 0;
        vmclock_arch_pause();
    }
    return VMCLOCK_ERR_BUSY;
}

static struct vmclock_clamp_slot *clamp_slot(struct vmclock_clamp *clamp, uint32_t count)
{
    return &clamp->slots[count >> 1 & 1];
}

static int clamp_is_of(const struct vmclock_clamp_slot *slot, const struct clamp_span *span)
{
    return slot->disruption_marker == span->disruption_marker && slot->epoch == span->epoch &&
           slot->time_type == span->time_type;
}

/* 0, or BUSY where somebody else changed it in each of so many tries. */
static int clamp_set_latest(struct vmclock_clamp_slot *slot, uint32_t tries, uint64_t word)
{
    uint64_t seen = slot->latest;

    for (; tries; tries--)
        if (vmclock_arch_swap(&slot->latest, &seen, word)) /* at once, also by halves of 32 bits */
            return 0;
    return VMCLOCK_ERR_BUSY;
}

/*
 * The reading is the first of its span: taken after the count, so its span came after the present
 * slot's. Who is late with the slot that is taken finds another latest in it than he saw.
 */
static int clamp_begin(struct vmclock_clamp *clamp, uint32_t count, uint32_t tries,
                       const struct clamp_span *span, uint64_t word)
{
    struct vmclock_clamp_slot *slot = clamp_slot(clamp, count + 2);
    uint64_t seen = count;
    int error;

    if (!vmclock_arch_swap(&clamp->count, &seen, count | WINDOW_ODD))
        return VMCLOCK_ERR_BUSY;
    error = clamp_set_latest(slot, tries, word);
    if (!error) {
        slot->disruption_marker = span->disruption_marker;
        slot->epoch = span->epoch;
        slot->time_type = span->time_type;
        count += 2;
    }
    vmclock_arch_write_barrier();
    clamp->count = count;
    return error;
}

/* Where the latest is behind the word it becomes that; *word becomes the latest. */
static int clamp_raise(struct vmclock_clamp *clamp, uint32_t count, uint32_t tries, uint64_t *word)
{
    struct vmclock_clamp_slot *slot = clamp_slot(clamp, count);
    uint64_t seen = slot->latest;

    for (; tries; tries--) {
        uint64_t next = seen > *word ? seen : *word;

        vmclock_arch_read_barrier();
        if (clamp->count != count)
            break; /* what was seen may be of another span */
        if (next - *word > clamp->limit)
            return VMCLOCK_ERR_TOO_FAR;
        if (vmclock_arch_swap(&slot->latest, &seen,
                              next)) { /* also where it stays: it is not torn */
            *word = next;
            return 0;
        }
    }
    return VMCLOCK_ERR_BUSY;
}

int vmclock_clamp_close(struct vmclock_clamp *clamp, uint32_t count, uint32_t tries,
                        const struct clamp_span *span, struct vmclock_time *time, uint8_t *clamped)
{
    uint64_t own = 0, word;
    int error = clamp_word(time, &own);

    word = own;
    if (!error)
        error = count && clamp_is_of(clamp_slot(clamp, count), span)
                    ? clamp_raise(clamp, count, tries, &word)
                    : clamp_begin(clamp, count, tries, span, word);
    if (error)
        return error;
    *clamped = word != own;
    clamp_set_time(word, time);
    return 0;
}

static void clamp_copy_time(struct vmclock_time *to, const struct vmclock_time *from)
{
    to->sec = from->sec;
    to->frac64 = from->frac64;
}

/* The interval, where the time was moved out of it. */
static void clamp_widen(struct vmclock_reading *now)
{
    if (vmclock_time_compare(&now->time, &now->earliest) < 0) /* it was rounded down */
        clamp_copy_time(&now->earliest, &now->time);
    if (vmclock_time_compare(&now->time, &now->latest) > 0)
        clamp_copy_time(&now->latest, &now->time);
}

static int clamp_once(struct vmclock_clamp *clamp, const struct vmclock *clk,
                      struct vmclock_utc_reading *utc)
{
    struct vmclock_snapshot s;
    struct vmclock_reading now;
    struct vmclock_time own;
    struct clamp_span span;
    uint32_t count;
    uint8_t clamped;
    int error = vmclock_clamp_open(clamp, clk->max_tries, &count);

    if (!error)
        error = vmclock_take_snapshot(clk, &s);
    if (error)
        return error;
    error = vmclock_at_limited(&s, s.counter, clk->max_age_sec, &now);
    if (error)
        return error;
    span.disruption_marker = s.disruption_marker;
    span.epoch = 0;
    span.time_type = s.time_type;
    clamp_copy_time(&own, &now.time);
    error = vmclock_clamp_close(clamp, count, clk->max_tries, &span, &now.time, &clamped);
    if (error)
        return error;
    clamp_widen(&now);
    (void)vmclock_utc_set_reading(&now, utc);
    vmclock_utc_label(&s, utc);
    vmclock_estimate_add(&utc->estimate, &own, &now.time);
    utc->clamped = clamped;
    return 0;
}

int vmclock_clamp_utc_now(struct vmclock_clamp *clamp, const struct vmclock *clk,
                          struct vmclock_utc_reading *now)
{
    int error = VMCLOCK_ERR_BUSY;

    for (unsigned round = 0; error == VMCLOCK_ERR_BUSY && round < CLAMP_ROUNDS; round++)
        error = clamp_once(clamp, clk, now);
    return error;
}

#endif
