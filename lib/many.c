/* SPDX-License-Identifier: BSD-2-Clause */
/* Many counter values against one snapshot. */
#include <vmclock/clock.h>
#include <vmclock/error.h>
#include "lib/wide.h"

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
 * The times alone, of distances that are known to be in range. distance * period is taken as a
 * signed product, so that one shift rounds it towards minus infinity on both sides.
 */
static void convert(const struct vmclock_snapshot *s, const uint64_t *counters, size_t count,
                    struct vmclock_time *times)
{
    const uint64_t ref_counter = s->ref_counter, period = s->period_frac;
    const uint64_t ref_sec = s->ref_sec, ref_frac64 = s->ref_frac64;
    const unsigned shift = s->period_shift % 64, words = s->period_shift / 64;

    for (size_t i = 0; i < count; i++) {
        uint64_t distance = counters[i] - ref_counter;
        uint64_t sign = 0 - (distance >> 63);
        uint64_t frac, sec = wide_multiply(distance, period, &frac);

        sec -= sign & period;
        for (unsigned word = 0; word < words; word++) {
            frac = sec;
            sec = sign;
        }
        frac = frac >> shift | sec << (63 - shift) << 1;
        sec = sec >> shift | sign << (63 - shift) << 1;
        frac += ref_frac64;
        times[i].frac64 = frac;
        times[i].sec = (int64_t)(sec + ref_sec + (frac < ref_frac64));
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
    int failed;

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
    convert(snapshot, counters, count, times);
    if (reading.bound_kind == VMCLOCK_BOUND_NONE) {
        widest.sec = INT64_MAX;
        widest.frac64 = UINT64_MAX;
    }
    error->sec = widest.sec;
    error->frac64 = widest.frac64;
    *bound_kind = reading.bound_kind;
    return 0;
}
