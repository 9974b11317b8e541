/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The readers of a steered clock. Two locks, one in the other: the clock's sequence count around
 * the page's around the counter. What is computed from torn values is thrown away.
 */
#include <vmclock/error.h>
#include <vmclock/steer.h>
#include "lib/clock.h"
#include "lib/estimate.h"
#include "lib/snapshot.h"
#include "lib/steer.h"
#include "lib/time.h"
#include "lib/utc.h"
#include "lib/window.h"

/* The labels that do not change between updates are copied as one word. */
#define STEERED_LABELS(type) \
    (VMCLOCK_OFFSETOF(struct type, clock_status) - VMCLOCK_OFFSETOF(struct type, epoch) == 7 && \
     VMCLOCK_OFFSETOF(struct type, bound_kind) - VMCLOCK_OFFSETOF(struct type, epoch) == 6 && \
     VMCLOCK_OFFSETOF(struct type, bound_by) - VMCLOCK_OFFSETOF(struct type, epoch) == 5 && \
     VMCLOCK_OFFSETOF(struct type, time_type) - VMCLOCK_OFFSETOF(struct type, epoch) == 4 && \
     VMCLOCK_OFFSETOF(struct type, epoch) % 8 == 0)
VMCLOCK_STATIC_ASSERT(STEERED_LABELS(vmclock_steer) && STEERED_LABELS(vmclock_steer_reading),
                      "labels are one word");

/*
 * The CPU's own counter as its best order reads it, which is the quick way, or any other. The quick
 * way has no test and no call for the others; on a loaded machine that buys less than what a bench
 * differs by from run to run.
 */
enum steered_counter { STEERED_COUNTER_QUICK, STEERED_COUNTER_ANY };

/* 1 if a is not after b. */
static WIDE_INLINE unsigned steered_in_order(const struct vmclock_time *a,
                                             const struct vmclock_time *b)
{
    return (a->sec < b->sec) | ((a->sec == b->sec) & (a->frac64 <= b->frac64));
}

/*
 * Computed here, in the window of the clock's lock. Else compilers load all that it takes in the
 * window, for which registers do not suffice, and compute it afterwards.
 */
static WIDE_INLINE void steered_line_here(const struct vmclock_line *line, uint64_t ticks,
                                          struct vmclock_time *time)
{
    line_at(line, ticks, time);
    __asm__ volatile("" : "+r"(time->sec), "+r"(time->frac64));
}

/*
 * The reading from the lines of the last update, if the page is as it was then: as in_window of
 * reader.c. The page's marker is checked even where its sequence count says that nothing changed,
 * as a machine that came to another host may find an equal count there.
 *
 * That the counter is read before the clock's count is loaded again is not enforced by all CPUs, so
 * a reading may be of a moment shortly after an update began. The old line and the new one differ by
 * twice the rate at most: what is read after that on any CPU is later by more.
 */
static WIDE_INLINE int steered_read_quickly(const struct vmclock_steer *steer,
                                            const volatile struct vmclock_page *page,
                                            enum steered_counter which,
                                            struct vmclock_steer_reading *reading)
{
    const uint32_t seq = steer->seq;
    struct vmclock_time own, earliest, latest;
    uint64_t counter, ticks, labels;
    uint8_t converged;

    if (!window_open(seq, WINDOW_ODD) ||
        !window_open_same(page, &steer->lock_word, &steer->marker, &steer->ref_counter))
        return 0;
    counter =
        which == STEERED_COUNTER_QUICK ? vmclock_arch_counter(0) : snapshot_counter(&steer->once);
    if (!window_close_same(page, &steer->lock_word))
        return 0;
    ticks = counter - steer->start_counter;
    if (ticks >= steer->window_ticks) /* also if it is before the start */
        return 0;
    if (ticks >= steer->slew_ticks)
        steered_line_here(&steer->follow, ticks - steer->slew_ticks, &own);
    else
        steered_line_here(&steer->slew, ticks, &own);
    steered_line_here(&steer->earliest, ticks, &earliest);
    steered_line_here(&steer->latest, ticks, &latest);
    labels = *(const window_word *)&steer->epoch;
    converged = ticks >= steer->converge_ticks;
    if (!window_close(&steer->seq, seq))
        return 0;
    reading->time.sec = own.sec;
    reading->time.frac64 = own.frac64;
    reading->earliest.sec = earliest.sec;
    reading->earliest.frac64 = earliest.frac64;
    reading->latest.sec = latest.sec;
    reading->latest.frac64 = latest.frac64;
    reading->counter = counter;
    *(window_word *)&reading->epoch = labels;
    reading->converged = converged;
    reading->update_due = 0;
    return 1;
}

/* On the clock's axis; the whole axis stays what it is. */
static int steered_move_interval(struct vmclock_reading *now, int64_t shift_sec)
{
    if (now->bound_kind == VMCLOCK_BOUND_NONE)
        return 0;
    if (vmclock_time_move(&now->earliest, shift_sec, &now->earliest) ||
        vmclock_time_move(&now->latest, shift_sec, &now->latest))
        return VMCLOCK_ERR_RANGE;
    return 0;
}

/* What estimate_set looks at. */
static void steered_borrow_estimate(const struct vmclock_snapshot *from,
                                    struct vmclock_snapshot *to)
{
    const unsigned bits = VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_ESTERROR;

    to->ref_counter = from->ref_counter;
    to->esterror_ns = from->esterror_ns;
    to->period_esterror_frac = from->period_esterror_frac;
    to->period_shift = from->period_shift;
    to->have = (uint16_t)((to->have & ~bits) | (from->have & bits));
}

static WIDE_INLINE int steered_read_once(const struct vmclock_steer *steer, struct steered_try *got)
{
    const struct vmclock_snapshot *page = &got->page;
    const struct vmclock_snapshot *reference = steer->by_page ? page : &steer->reference;
    int error = vmclock_take_snapshot(&steer->once, &got->page);

    if (error)
        return error;
    if (steer->error)
        return steer->error;
    if (page->disruption_marker != steer->marker)
        return VMCLOCK_ERR_DISRUPTED;
    error = vmclock_at_limited(reference, page->counter, steer->clk->max_age_sec, &got->now);
    got->axis.shift_sec = steer->shift_sec;
    if (!error && steer->by_page)
        error = vmclock_steer_relate(steer, 0, page, &got->axis);
    else
        steer_copy_rule(&got->axis.rule, &steer->rule);
    if (!error)
        error = steered_move_interval(&got->now, got->axis.shift_sec);
    got->reference.sec = got->now.time.sec;
    got->reference.frac64 = got->now.time.frac64;
    got->epoch = steer->epoch;
    got->time_type = steer->time_type;
    got->update_due = page->seq != steer->page_seq || page->ref_counter != steer->ref_counter;
    if (!steer->by_page)
        steered_borrow_estimate(reference, &got->page);
    return error ? error : steer_own_at(steer, page->counter, &got->now.time);
}

static uint8_t steered_converged(const struct vmclock_reading *now)
{
    return (uint8_t)(steered_in_order(&now->earliest, &now->time) &
                     steered_in_order(&now->time, &now->latest));
}

LISTED(struct vmclock_steer_reading, 66); /* here, and in steered_read_quickly */

static void steered_set_reading(const struct steered_try *got,
                                struct vmclock_steer_reading *reading)
{
    const struct vmclock_reading *now = &got->now;

    reading->time.sec = now->time.sec;
    reading->time.frac64 = now->time.frac64;
    reading->earliest.sec = now->earliest.sec;
    reading->earliest.frac64 = now->earliest.frac64;
    reading->latest.sec = now->latest.sec;
    reading->latest.frac64 = now->latest.frac64;
    reading->counter = got->page.counter;
    reading->epoch = got->epoch;
    reading->time_type = got->time_type;
    reading->bound_by = now->bound_by;
    reading->bound_kind = now->bound_kind;
    reading->clock_status = now->clock_status;
    reading->converged = steered_converged(now);
    reading->update_due = got->update_due;
}

/* In whole tries. */
int vmclock_steered_try(const struct vmclock_steer *steer, uint32_t tries, struct steered_try *got)
{
    for (; tries; tries--) {
        const uint32_t seq = steer->seq;

        if (window_open(seq, WINDOW_ODD)) {
            int error = steered_read_once(steer, got);

            if (window_close(&steer->seq, seq) && error != VMCLOCK_ERR_BUSY)
                return error;
        }
        vmclock_arch_pause();
    }
    return VMCLOCK_ERR_BUSY;
}

static WIDE_APART int steered_read_slowly(const struct vmclock_steer *steer, uint32_t tries,
                                          struct vmclock_steer_reading *reading)
{
    struct steered_try got;
    int error = vmclock_steered_try(steer, tries, &got);

    if (!error)
        steered_set_reading(&got, reading);
    return error;
}

void vmclock_steered_set_utc(struct steered_try *got, struct vmclock_utc_reading *utc)
{
    struct vmclock_estimate *estimate = &utc->estimate;
    struct vmclock_time reference;
    int error = vmclock_time_move(&got->reference, got->axis.shift_sec, &reference);

    got->now.time_type = got->time_type;
    (void)vmclock_utc_set_reading(&got->now, utc);
    steer_copy_rule(&utc->leap, &got->axis.rule);
    vmclock_utc_set_labels(utc);
    estimate_set(&got->page, estimate);
    if (error)
        estimate->error_ns = UINT64_MAX;
    else
        vmclock_estimate_add(estimate, &reference, &got->now.time);
    /* Of the machine, whose page this is, whatever the time is taken by. */
    utc->generation_known = (got->page.have & VMCLOCK_HAVE_GENERATION) != 0;
    utc->generation = utc->generation_known ? got->page.generation : 0;
    utc->disruption = clock_disruption(got->page.flags);
    utc->seq = got->page.seq;
    utc->epoch = got->epoch;
    utc->converged = steered_converged(&got->now);
    utc->update_due = got->update_due;
}

static int steered_read_utc(const struct vmclock_steer *steer, uint32_t tries,
                            struct vmclock_utc_reading *utc)
{
    struct steered_try got;
    int error = vmclock_steered_try(steer, tries, &got);

    if (!error)
        vmclock_steered_set_utc(&got, utc);
    return error;
}

static WIDE_APART int steered_read_anyhow(const struct vmclock_steer *steer, uint32_t tries,
                                          struct vmclock_steer_reading *reading)
{
    if (steered_read_quickly(steer, steer->once.page, STEERED_COUNTER_ANY, reading))
        return 0;
    return steered_read_slowly(steer, tries, reading);
}

/* Whenever the quick way does not lead there. */
static WIDE_APART int steered_read_otherwise(const struct vmclock_steer *steer,
                                             struct vmclock_steer_reading *reading)
{
    if (!steer->quick_page)
        return steered_read_anyhow(steer, steer->clk->max_tries, reading);
    return steered_read_slowly(steer, steer->clk->max_tries, reading);
}

LINE_QUICK int vmclock_steer_now(const struct vmclock_steer *steer,
                                 struct vmclock_steer_reading *reading)
{
    if (steer->quick_page &&
        steered_read_quickly(steer, steer->quick_page, STEERED_COUNTER_QUICK, reading))
        return 0;
    return steered_read_otherwise(steer, reading);
}

int vmclock_steer_try_now(const struct vmclock_steer *steer, struct vmclock_steer_reading *reading)
{
    return steered_read_anyhow(steer, 1, reading);
}

int vmclock_steer_utc_now(const struct vmclock_steer *steer, struct vmclock_utc_reading *now)
{
    return steered_read_utc(steer, steer->clk->max_tries, now);
}

int vmclock_steer_try_utc_now(const struct vmclock_steer *steer, struct vmclock_utc_reading *now)
{
    return steered_read_utc(steer, 1, now);
}
