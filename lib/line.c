/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "lib/line.h"

int vmclock_line_points(const struct vmclock_snapshot *s, unsigned bound_kind,
                        struct line_points *points)
{
    int maximum = bound_kind == VMCLOCK_BOUND_MAXIMUM;
    uint64_t distance = s->counter - s->ref_counter;
    uint64_t rate = maximum ? s->period_maxerror_frac : s->period_esterror_frac;
    struct wide error, growth, error_step;

    if (bound_kind == VMCLOCK_BOUND_NONE || s->period_shift > 64 || distance >> 62 ||
        rate > s->period_frac || (rate > UINT64_MAX - s->period_frac && s->period_shift == 0))
        return 0;
    growth.sec = s->ref_sec;
    growth.frac = s->ref_frac64;
    growth.guard = 0;
    (void)wide_from_ticks(distance, s->period_frac, s->period_shift, &points->time.at);
    wide_add(&points->time.at, &growth);
    line_set_step(&points->time.step, s->period_frac, s->period_shift);

    (void)wide_from_ticks(distance, rate, s->period_shift, &growth);
    wide_from_ns_ceil(maximum ? s->maxerror_ns : s->esterror_ns, &error);
    wide_add(&error, &growth);
    line_set_step(&error_step, rate, s->period_shift);

    wide_copy(&points->latest.at, &points->time.at);
    wide_add(&points->latest.at, &error);
    wide_add_guard(&points->latest.at, UINT64_MAX); /* lines are rounded down: now that is up */
    wide_copy(&points->latest.step, &points->time.step);
    wide_add(&points->latest.step, &error_step);

    wide_copy(&points->earliest.at, &points->time.at);
    wide_negate(&error);
    wide_add(&points->earliest.at, &error);
    wide_copy(&points->earliest.step, &points->time.step);
    wide_negate(&error_step);
    wide_add(&points->earliest.step, &error_step);
    return 1;
}
