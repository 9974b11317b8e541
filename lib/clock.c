/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/clock.h>
#include <vmclock/error.h>
#include "lib/reading.h"
#include "lib/snapshot.h"
#include "lib/wide.h"

int vmclock_check(const struct vmclock_snapshot *snapshot)
{
    return check(snapshot);
}
int vmclock_at(const struct vmclock_snapshot *snapshot, uint64_t counter,
               struct vmclock_reading *reading)
{
    return reading_at(snapshot, counter, UINT64_MAX, reading);
}

int vmclock_now(const struct vmclock *clk, struct vmclock_reading *reading)
{
    struct vmclock_snapshot s;
#ifdef __OPTIMIZE_SIZE__
    int failed = vmclock_take_snapshot(clk, &s);
#else
    int failed = snapshot_take(clk, &s);
#endif

    if (failed)
        return failed;
    return reading_at(&s, s.counter, clk->max_age_sec ? clk->max_age_sec : UINT64_MAX, reading);
}

/* The lowest and the highest distance of the counters; count is not 0. */
static void distance_range(const struct vmclock_snapshot *s, const uint64_t *counters, size_t count,
                           int64_t *lowest, int64_t *highest)
{
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (size_t i = 0; i < count; i++) {
        int64_t distance = distance_of(s, counters[i]);

        low = distance < low ? distance : low;
        high = distance > high ? distance : high;
    }
    *lowest = low;
    *highest = high;
}

/* Whether a distance has an exact reading, and its error rounded up to 2^-64 s. */
static int error_in_range(const struct vmclock_snapshot *s, int kind, int64_t distance,
                          struct vmclock_time *error)
{
    struct vmclock_time earliest, latest;
    struct wide time, age, exact;
    unsigned lost;
    int failed = time_at(s, distance, &time, &age, &lost);

    if (failed)
        return failed;
    if (kind == VMCLOCK_BOUND_NONE) {
        error->sec = INT64_MAX;
        error->frac64 = UINT64_MAX;
        return 0;
    }
    error_at(s, kind, distance, &exact);
    failed = interval(&time, &exact, lost, &earliest, &latest);
    if (failed)
        return failed;
    wide_round_up(&exact);
    error->sec = (int64_t)exact.sec;
    error->frac64 = exact.frac;
    return 0;
}

/* The times themselves; all distances are known to be in range. */
static void convert(const struct vmclock_snapshot *s, const uint64_t *counters, size_t count,
                    struct vmclock_time *times)
{
    const uint64_t ref_counter = s->ref_counter, ref_sec = s->ref_sec, ref_frac64 = s->ref_frac64;
    const uint64_t period = s->period_frac;
    const unsigned shift = s->period_shift;

    for (size_t i = 0; i < count; i++) {
        uint64_t low;
        int64_t high = multiply_signed((int64_t)(counters[i] - ref_counter), period, &low);
        struct wide age;

        wide_from_product(high, low, shift, &age);
        age.frac += ref_frac64;
        times[i].sec = (int64_t)(age.sec + ref_sec + (age.frac < ref_frac64));
        times[i].frac64 = age.frac;
    }
}

int vmclock_at_many(const struct vmclock_snapshot *snapshot, const uint64_t *counters, size_t count,
                    struct vmclock_time *times, struct vmclock_time *error, int *bound_kind)
{
    struct vmclock_time at_lowest, at_highest;
    int kind = bound_kind_of(snapshot);
    int failed = check(snapshot);

    if (failed)
        return failed;
    at_lowest.sec = at_highest.sec = 0;
    at_lowest.frac64 = at_highest.frac64 = 0;
    if (count) {
        /* Time grows with the distance, latest is convex and earliest concave in it: if both ends
         * are in range, all is. The error grows with the magnitude of the distance. */
        int64_t lowest, highest;

        distance_range(snapshot, counters, count, &lowest, &highest);
        failed = error_in_range(snapshot, kind, lowest, &at_lowest);
        if (failed)
            return failed;
        failed = error_in_range(snapshot, kind, highest, &at_highest);
        if (failed)
            return failed;
        convert(snapshot, counters, count, times);
    }
    *error = vmclock_time_compare(&at_lowest, &at_highest) > 0 ? at_lowest : at_highest;
    *bound_kind = kind;
    return 0;
}
