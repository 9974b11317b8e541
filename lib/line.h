/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - time and its interval as straight lines over the counter, for quick readers.
 */
#ifndef VMCLOCK_LIB_LINE_H
#define VMCLOCK_LIB_LINE_H

#include <vmclock/clock.h>
#include <vmclock/steer.h>
#include "lib/wide.h"

/* A line through a point; step is a tick's, below 1 s. */
struct line_point {
    struct wide at, step;
};

struct line_points {
    struct line_point time, earliest, latest;
};

/*
 * The lines through the time and the ends of its interval at the snapshot's counter value: rounded
 * down to 2^-64 s, each point of theirs is what vmclock_at gives from that value on. Returns 1, or 0
 * where lines would not do: without a bound (bound_kind), with a period's shift above 64, before
 * the reference point, or with an error rate above the period.
 */
int vmclock_line_points(const struct vmclock_snapshot *s, unsigned bound_kind,
                        struct line_points *points);

/* A rate in 2^-(64+shift) s a tick as the time of a tick, below 1 s; shift is 64 at most. */
static WIDE_INLINE void line_set_step(struct wide *step, uint64_t rate, unsigned shift)
{
    step->sec = 0;
    step->frac = shift < 64 ? rate >> shift : 0;
    step->guard = shift ? rate << (64 - shift) : 0;
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
    uint64_t guard;
    uint64_t carry = wide_multiply(ticks, line->step_guard, &guard);
#ifdef VMCLOCK_HAVE_INT128
    vmclock_uint128 sum = (vmclock_uint128)ticks * line->step_frac64;

    carry += guard > line->base_room; /* a product's upper half is below 2^64 - 1 */
    sum += (vmclock_uint128)line->base_sec << 64 | line->base_frac64;
    sum += carry;
    time->sec = (int64_t)(uint64_t)(sum >> 64);
    time->frac64 = (uint64_t)sum;
#else
    uint64_t frac;
    uint64_t sec = wide_multiply(ticks, line->step_frac64, &frac) + line->base_sec;

    carry += guard > line->base_room; /* as above */
    frac += line->base_frac64;
    sec += frac < line->base_frac64;
    frac += carry;
    sec += frac < carry;
    time->sec = (int64_t)sec;
    time->frac64 = frac;
#endif
}

#endif
