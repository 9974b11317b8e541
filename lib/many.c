/* SPDX-License-Identifier: BSD-2-Clause */
/* Many counter values against one snapshot. */
#include <vmclock/clock.h>
#include <vmclock/error.h>
#include "lib/wide.h"

/* Out of line: a loop's values have all registers, and stack frames do not add up. */
#define MANY_APART __attribute__((noinline))

/* The counter values that are farthest before and after the reference point; count is not 0. */
static void extremes(const struct vmclock_snapshot *s, const uint64_t *counters, size_t count,
                     uint64_t *lowest, uint64_t *highest)
{
    const uint64_t ref_counter = s->ref_counter;
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (size_t i = 0; i < count; i++) {
        int64_t distance = (int64_t)(counters[i] - ref_counter);

        low = distance < low ? distance : low;
        high = distance > high ? distance : high;
    }
    *lowest = (uint64_t)low + ref_counter;
    *highest = (uint64_t)high + ref_counter;
}

/*
 * The time at the lowest counter value to 2^-128 s, which is exact for shifts up to 64; it and all
 * times of higher values are known to be in range.
 */
static void base_at(const struct vmclock_snapshot *s, uint64_t lowest, struct wide *base)
{
    const uint64_t distance = lowest - s->ref_counter, sign = 0 - (distance >> 63);
    struct wide ref = {s->ref_sec, s->ref_frac64, 0};

    (void)wide_from_ticks((distance ^ sign) - sign, s->period_frac, s->period_shift, base);
    if (sign)
        wide_negate(base);
    wide_add(base, &ref);
}

/* The time over the ticks from the lowest counter value, to 2^-128 s. */
struct many_line {
    uint64_t lowest;
    uint64_t step_frac, step_guard; /* 2^-64 s and 2^-128 s a tick */
    uint64_t base_sec, base_frac;
    uint64_t base_room; /* UINT64_MAX less the base's 2^-128 s */
};

/* The order of the additions is one that compilers find the carry flag in. */
static MANY_APART void convert_on(const struct many_line *line, const uint64_t *counters,
                                  size_t count, struct vmclock_time *times)
{
    const uint64_t lowest = line->lowest, room = line->base_room;
    const uint64_t step_frac = line->step_frac, step_guard = line->step_guard;
    const uint64_t base_sec = line->base_sec, base_frac = line->base_frac;

    for (size_t i = 0; i < count; i++) {
        uint64_t ticks = counters[i] - lowest, guard, frac;
        uint64_t carry = wide_multiply(ticks, step_guard, &guard);
        uint64_t sec = wide_multiply(ticks, step_frac, &frac) + base_sec;

        carry += guard > room; /* a product's upper half is below 2^64 - 1 */
        frac += base_frac;
        sec += frac < base_frac;
        frac += carry;
        sec += frac < carry;
        times[i].frac64 = frac;
        times[i].sec = (int64_t)sec;
    }
}

/* The times alone, of values not before the lowest, all in range; for shifts up to 64. */
static MANY_APART void convert(const struct vmclock_snapshot *s, const uint64_t *counters,
                               size_t count, uint64_t lowest, struct vmclock_time *times)
{
    const unsigned shift = s->period_shift;
    struct many_line line;
    struct wide base;

    base_at(s, lowest, &base);
    line.lowest = lowest;
    line.step_frac = shift < 64 ? s->period_frac >> shift : 0;
    line.step_guard = shift ? s->period_frac << (64 - shift) : 0;
    line.base_sec = base.sec;
    line.base_frac = base.frac;
    line.base_room = ~base.guard;
    convert_on(&line, counters, count, times);
}

/* For counters faster than 2^64 Hz. */
static void convert_one_by_one(const struct vmclock_snapshot *s, const uint64_t *counters,
                               size_t count, struct vmclock_reading *scratch,
                               struct vmclock_time *times)
{
    for (size_t i = 0; i < count; i++) {
        (void)vmclock_at(s, counters[i], scratch); /* in range, so it cannot fail */
        times[i].sec = scratch->time.sec;
        times[i].frac64 = scratch->time.frac64;
    }
}

/* An error that holds for every value of which none is farther away than the reading's. */
static void widen(const struct vmclock_reading *reading, struct vmclock_time *error)
{
    /* From the rounded time to the rounded end, and a unit for values that are rounded more. */
    uint64_t frac = reading->latest.frac64 - reading->time.frac64;
    uint64_t borrow = reading->latest.frac64 < reading->time.frac64;
    uint64_t sec = (uint64_t)reading->latest.sec - (uint64_t)reading->time.sec - borrow;
    uint64_t frac_up = frac + 1;

    sec += frac_up == 0;
    if (sec > (uint64_t)error->sec || (sec == (uint64_t)error->sec && frac_up > error->frac64)) {
        error->sec = (int64_t)sec;
        error->frac64 = frac_up;
    }
}

int vmclock_at_many(const struct vmclock_snapshot *snapshot, const uint64_t *counters, size_t count,
                    struct vmclock_time *times, struct vmclock_time *error, int *bound_kind)
{
    struct vmclock_time widest;
    struct vmclock_reading reading;
    uint64_t lowest, highest;
    int failed, kind;

    if (count == 0)
        return VMCLOCK_ERR_ARGUMENT;
    /* Time grows with the distance, latest is convex and earliest concave in it: if both ends are
     * in range, all is. The error grows with the magnitude of the distance. */
    widest.sec = 0;
    widest.frac64 = 0;
    extremes(snapshot, counters, count, &lowest, &highest);
    failed = vmclock_at(snapshot, lowest, &reading);
    if (failed)
        return failed;
    widen(&reading, &widest);
    failed = vmclock_at(snapshot, highest, &reading);
    if (failed)
        return failed;
    widen(&reading, &widest);
    kind = reading.bound_kind;
    if (kind == VMCLOCK_BOUND_NONE) {
        widest.sec = INT64_MAX;
        widest.frac64 = UINT64_MAX;
    } else if (widest.sec < 0) { /* the errors themselves fit, but not with what widen adds */
        return VMCLOCK_ERR_RANGE;
    }
    if (snapshot->period_shift <= 64)
        convert(snapshot, counters, count, lowest, times);
    else
        convert_one_by_one(snapshot, counters, count, &reading, times);
    error->sec = widest.sec;
    error->frac64 = widest.frac64;
    *bound_kind = kind;
    return 0;
}
