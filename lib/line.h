/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - time and its interval as straight lines over the counter, for quick readers.
 */
#ifndef VMCLOCK_LIB_LINE_H
#define VMCLOCK_LIB_LINE_H

#include <vmclock/clock.h>
#include <vmclock/steer.h>
#include "lib/wide.h"

/* A quick reader begins a cache line: else its cost depends on what happens to lie before it. */
#ifndef __OPTIMIZE_SIZE__
#define LINE_QUICK __attribute__((aligned(64)))
#else
#define LINE_QUICK
#endif

/* A line through a point; step is a tick's, below 1 s, or nobody goes by it: see vmclock_line_points. */
struct line_point {
    struct wide at, step;
};

struct line_points {
    struct line_point time, earliest, latest;
};

/*
 * The lines through the time and the ends of its interval at the snapshot's counter value: rounded
 * down to 2^-64 s, each point of theirs is what vmclock_at gives from that value on; without a bound
 * (bound_kind) the ends stand still. Returns 1, or 0 where lines would not do: with a period's shift
 * above 64, before the reference point, or with an error rate above the period. Where a tick is 1/2 s or
 * longer, callers refuse it: the latest end may then move by more than 1 s a tick, which no step holds.
 */
int vmclock_line_points(const struct vmclock_snapshot *s, unsigned bound_kind,
                        struct line_points *points);

/* The largest of their steps. */
static WIDE_INLINE const struct wide *line_steepest(const struct line_points *points,
                                                    unsigned bound_kind)
{
    return bound_kind == VMCLOCK_BOUND_NONE ? &points->time.step : &points->latest.step;
}

/* A rate in 2^-(64+shift) s a tick as the time of a tick, below 1 s; shift is 64 at most. */
static WIDE_INLINE void line_set_step(struct wide *step, uint64_t rate, unsigned shift)
{
    step->sec = 0;
    step->frac = shift < 64 ? rate >> shift : 0;
    step->guard = shift ? rate << (64 - shift) : 0;
}

/* The largest n, from 1 to 63, for which a step below 1/2 s is less than 2^-n s. */
static WIDE_INLINE unsigned line_scale(const struct wide *step)
{
    unsigned n = 1;

    while (n < 63 && step->frac >> (63 - n) == 0)
        n++;
    return n;
}

/*
 * A step of less than 2^-n s in 2^-(64+n) s, so that ticks * 2^(64-n) * rate is in 2^-128 s, for ticks
 * below 2^n. Returns 1, or 0 where that is less than the whole step.
 */
static WIDE_INLINE int line_rate(const struct wide *step, unsigned n, uint64_t *rate)
{
    *rate = step->frac << n | step->guard >> (64 - n);
    return step->frac >> (64 - n) == 0 && step->guard << n == 0;
}

static WIDE_INLINE void line_set(struct vmclock_line *line, const struct wide *at,
                                 const struct wide *step)
{
    line->step_frac64 = step->frac;
    line->step_guard = step->guard;
    line->base_sec = at->sec;
    line->base_frac64 = at->frac;
    line->base_room = ~at->guard;
}

/* The line's time after so many ticks, rounded down. */
static WIDE_INLINE void line_at(const struct vmclock_line *line, uint64_t ticks,
                                struct vmclock_time *time)
{
    uint64_t guard, frac;
    uint64_t carry = wide_multiply(ticks, line->step_guard, &guard);
    uint64_t sec = wide_multiply(ticks, line->step_frac64, &frac) + line->base_sec;

    carry += guard > line->base_room; /* a product's upper half is below 2^64 - 1 */
    frac += line->base_frac64;
    sec += frac < line->base_frac64;
    frac += carry;
    sec += frac < carry;
    time->sec = (int64_t)sec;
    time->frac64 = frac;
}

#endif
