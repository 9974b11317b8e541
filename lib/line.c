/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "lib/line.h"

/* The ends of the axis, which stand still. */
static void line_set_axis(struct line_points *points)
{
    static const struct wide first = {(uint64_t)INT64_MIN, 0, 0}, none = {0, 0, 0};
    static const struct wide last = {INT64_MAX, UINT64_MAX, 0};

    wide_copy(&points->earliest.at, &first);
    wide_copy(&points->earliest.step, &none);
    wide_copy(&points->latest.at, &last);
    wide_copy(&points->latest.step, &none);
}

/* In place, as few of them are on the stack as can be. */
static void line_set_ends(const struct vmclock_snapshot *s, uint64_t distance,
                          struct line_points *points)
{
    struct line_point *earliest = &points->earliest, *latest = &points->latest;
    struct wide growth;

    (void)wide_from_ticks(distance, s->period_maxerror_frac, s->period_shift, &growth);
    wide_from_ns_ceil(s->maxerror_ns, &latest->at);
    wide_add(&latest->at, &growth);
    line_set_step(&latest->step, s->period_maxerror_frac, s->period_shift);

    wide_copy(&earliest->at, &latest->at); /* the error, and a tick's */
    wide_copy(&earliest->step, &latest->step);
    wide_negate(&earliest->at);
    wide_negate(&earliest->step);

    wide_add(&earliest->at, &points->time.at);
    wide_add(&earliest->step, &points->time.step);
    wide_add(&latest->at, &points->time.at);
    wide_add_guard(&latest->at, UINT64_MAX); /* lines are rounded down: now that is up */
    wide_add(&latest->step, &points->time.step);
}

int vmclock_line_points(const struct vmclock_snapshot *s, unsigned bound_kind,
                        struct line_points *points)
{
    uint64_t distance = s->counter - s->ref_counter;
    uint64_t rate = bound_kind == VMCLOCK_BOUND_NONE ? 0 : s->period_maxerror_frac;

    if (s->period_shift > 64 || distance >> 62 || rate > s->period_frac)
        return 0;
    points->earliest.at.sec = s->ref_sec; /* for now */
    points->earliest.at.frac = s->ref_frac64;
    points->earliest.at.guard = 0;
    (void)wide_from_ticks(distance, s->period_frac, s->period_shift, &points->time.at);
    wide_add(&points->time.at, &points->earliest.at);
    line_set_step(&points->time.step, s->period_frac, s->period_shift);
    if (bound_kind == VMCLOCK_BOUND_NONE)
        line_set_axis(points);
    else
        line_set_ends(s, distance, points);
    return 1;
}
