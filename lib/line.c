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
    wide_copy(&points->steepest, &points->time.step);
}

static void line_set_ends(const struct vmclock_snapshot *s, uint64_t distance,
                          struct line_points *points)
{
    struct wide error, growth, error_step;

    (void)wide_from_ticks(distance, s->period_maxerror_frac, s->period_shift, &growth);
    wide_from_ns_ceil(s->maxerror_ns, &error);
    wide_add(&error, &growth);
    line_set_step(&error_step, s->period_maxerror_frac, s->period_shift);

    wide_copy(&points->latest.at, &points->time.at);
    wide_add(&points->latest.at, &error);
    wide_add_guard(&points->latest.at, UINT64_MAX); /* lines are rounded down: now that is up */
    wide_copy(&points->latest.step, &points->time.step);
    wide_add(&points->latest.step, &error_step);
    wide_copy(&points->steepest, &points->latest.step);

    wide_copy(&points->earliest.at, &points->time.at);
    wide_negate(&error);
    wide_add(&points->earliest.at, &error);
    wide_copy(&points->earliest.step, &points->time.step);
    wide_negate(&error_step);
    wide_add(&points->earliest.step, &error_step);
}

int vmclock_line_points(const struct vmclock_snapshot *s, unsigned bound_kind,
                        struct line_points *points)
{
    uint64_t distance = s->counter - s->ref_counter;
    uint64_t rate = bound_kind == VMCLOCK_BOUND_NONE ? 0 : s->period_maxerror_frac;
    struct wide ref;

    if (s->period_shift > 64 || distance >> 62 || rate > s->period_frac ||
        (rate > UINT64_MAX - s->period_frac && s->period_shift == 0))
        return 0;
    ref.sec = s->ref_sec;
    ref.frac = s->ref_frac64;
    ref.guard = 0;
    (void)wide_from_ticks(distance, s->period_frac, s->period_shift, &points->time.at);
    wide_add(&points->time.at, &ref);
    line_set_step(&points->time.step, s->period_frac, s->period_shift);
    if (bound_kind == VMCLOCK_BOUND_NONE)
        line_set_axis(points);
    else
        line_set_ends(s, distance, points);
    return 1;
}
