/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arithmetic from a snapshot and a counter value to the time and its interval: exact, until
 * each result is rounded once.
 */
#include <vmclock/clock.h>
#include <vmclock/error.h>
#include "lib/clock.h"
#include "lib/listed.h"
#include "lib/snapshot.h"
#include "lib/wide.h"

static WIDE_INLINE int clock_check(const struct vmclock_snapshot *s)
{
    if (!(s->have & VMCLOCK_HAVE_CLOCK))
        return VMCLOCK_ERR_NO_CLOCK;
    if (s->counter_id != s->counter_read_id)
        return VMCLOCK_ERR_COUNTER;
    if (!fields_is_usable(s->clock_status))
        return VMCLOCK_ERR_UNSYNCHRONISED;
    if (!fields_is_time_type(s->time_type))
        return VMCLOCK_ERR_TIME_TYPE;
    if (s->period_frac == 0)
        return VMCLOCK_ERR_PERIOD;
    return 0;
}

/* Ticks from the reference point, modulo 2^64: the conversion keeps the bits. */
static WIDE_INLINE int64_t clock_distance_of(const struct vmclock_snapshot *s, uint64_t counter)
{
    return (int64_t)(counter - s->ref_counter);
}

static WIDE_INLINE uint64_t clock_magnitude_of(int64_t distance)
{
    return distance < 0 ? 0 - (uint64_t)distance : (uint64_t)distance;
}

/*
 * The time at a distance, and the age, both rounded down to 2^-128 s; *lost is 1 if that rounded.
 */
static WIDE_INLINE int clock_time_at(const struct vmclock_snapshot *s, int64_t distance,
                                     struct wide *time, struct wide *age, unsigned *lost)
{
    if (distance == INT64_MIN)
        return VMCLOCK_ERR_RANGE;
    *lost = wide_from_ticks(clock_magnitude_of(distance), s->period_frac, s->period_shift, age);
    if (distance < 0) {
        wide_add_guard(age, *lost);
        wide_negate(age);
    }
    time->sec = s->ref_sec;
    time->frac = s->ref_frac64;
    time->guard = 0;
    wide_add(time, age);

    /* ref_sec is unsigned, the age is signed, and the sum has to be an int64_t: it is, if the sum
     * overflows as signed numbers exactly when ref_sec, read as signed, is 2^64 too low. */
    uint64_t moved = time->sec - s->ref_sec; /* the age's seconds and the carry */
    uint64_t overflow = ((s->ref_sec ^ time->sec) & (moved ^ time->sec)) >> 63;

    return overflow == s->ref_sec >> 63 ? 0 : VMCLOCK_ERR_RANGE;
}

static WIDE_INLINE int clock_bound_kind_of(const struct vmclock_snapshot *s)
{
    return clock_has(s, VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR)
               ? VMCLOCK_BOUND_MAXIMUM
               : VMCLOCK_BOUND_NONE;
}

/* The maximum error at a distance that is not -2^63, rounded up by less than 2^-126 s; below 2^64 s. */
static WIDE_INLINE void clock_error_at(const struct vmclock_snapshot *s, int64_t distance,
                                       struct wide *error)
{
    struct wide growth;
    unsigned lost = wide_from_ticks(clock_magnitude_of(distance), s->period_maxerror_frac,
                                    s->period_shift, &growth);

    wide_from_ns_ceil(s->maxerror_ns, error);
    wide_add(error, &growth);
    wide_add_guard(error, lost);
}

/*
 * [time - error, time + error], rounded outwards to 2^-64 s. With lost, time is up to 2^-128 s
 * later than it says. The whole axis for the kind NONE.
 */
static WIDE_INLINE int clock_interval_at(const struct vmclock_snapshot *s, int kind,
                                         int64_t distance, const struct wide *time, unsigned lost,
                                         struct vmclock_time *earliest, struct vmclock_time *latest)
{
    struct wide low, high;

    if (kind == VMCLOCK_BOUND_NONE) {
        earliest->sec = INT64_MIN;
        earliest->frac64 = 0;
        latest->sec = INT64_MAX;
        latest->frac64 = UINT64_MAX;
        return 0;
    }
    clock_error_at(s, distance, &high);
    wide_add_guard(&high, lost);
    if ((int64_t)high.sec < 0)
        return VMCLOCK_ERR_RANGE;
    wide_copy(&low, &high);
    wide_negate(&low);
    wide_add(&low, time);
    wide_add(&high, time);
    wide_round_up(&high);
    earliest->sec = (int64_t)low.sec;
    earliest->frac64 = low.frac;
    latest->sec = (int64_t)high.sec;
    latest->frac64 = high.frac;
    /* Such an error moves an end the wrong way if it wraps. */
    return earliest->sec > (int64_t)time->sec || latest->sec < (int64_t)time->sec
               ? VMCLOCK_ERR_RANGE
               : 0;
}

/* Whether the age is in [-limit_sec, limit_sec), or there is no limit. */
static int clock_in_limit(int64_t age_sec, uint64_t limit_sec)
{
    return limit_sec == 0 || limit_sec > INT64_MAX ||
           (age_sec < (int64_t)limit_sec && age_sec >= -(int64_t)limit_sec);
}

static WIDE_INLINE void clock_set_time(struct vmclock_time *time, const struct wide *from)
{
    time->sec = (int64_t)from->sec;
    time->frac64 = from->frac;
}

/* They lie side by side in both; all loads before all stores, so that compilers copy them as a word. */
static WIDE_INLINE void clock_set_qualities(const struct vmclock_snapshot *s,
                                            struct vmclock_reading *r)
{
    uint8_t time_type = s->time_type, clock_status = s->clock_status;
    uint8_t leap_indicator = s->leap_indicator, smear_hint = s->smear_hint;
    uint8_t bound_by = s->bound_by;

    r->time_type = time_type;
    r->clock_status = clock_status;
    r->leap_indicator = leap_indicator;
    r->smear_hint = smear_hint;
    r->bound_by = bound_by;
}

LISTED(struct vmclock_reading, 96);

/* vmclock_at, with an age limit in s; 0 is none. */
static WIDE_INLINE int clock_reading_at(const struct vmclock_snapshot *s, uint64_t counter,
                                        uint64_t max_age_sec, struct vmclock_reading *r)
{
    int64_t distance = clock_distance_of(s, counter);
    int kind = clock_bound_kind_of(s);
    struct wide time, age;
    struct vmclock_time earliest, latest;
    unsigned lost;
    int error = clock_check(s);

    if (error)
        return error;
    error = clock_time_at(s, distance, &time, &age, &lost);
    if (error)
        return error;
    error = clock_interval_at(s, kind, distance, &time, lost, &earliest, &latest);
    if (error)
        return error;
    if (!clock_in_limit((int64_t)age.sec, max_age_sec))
        return VMCLOCK_ERR_STALE;

    clock_set_time(&r->time, &time);
    r->earliest.sec = earliest.sec;
    r->earliest.frac64 = earliest.frac64;
    r->latest.sec = latest.sec;
    r->latest.frac64 = latest.frac64;
    clock_set_time(&r->age, &age);
    r->counter = counter;
    r->disruption_marker = s->disruption_marker;
    r->generation_known = (uint8_t)clock_has(s, VMCLOCK_HAVE_GENERATION);
    r->generation = r->generation_known ? s->generation : 0;
    r->bound_kind = (uint8_t)kind;
    clock_set_qualities(s, r);
    r->disruption = clock_disruption(s->flags);
    return 0;
}

int vmclock_check(const struct vmclock_snapshot *snapshot)
{
    return clock_check(snapshot);
}

int vmclock_at_limited(const struct vmclock_snapshot *snapshot, uint64_t counter,
                       uint64_t max_age_sec, struct vmclock_reading *reading)
{
    return clock_reading_at(snapshot, counter, max_age_sec, reading);
}

int vmclock_at(const struct vmclock_snapshot *snapshot, uint64_t counter,
               struct vmclock_reading *reading)
{
    return vmclock_at_limited(snapshot, counter, 0, reading);
}

int vmclock_now(const struct vmclock *clk, struct vmclock_reading *reading)
{
    struct vmclock_snapshot s;
#ifdef __OPTIMIZE_SIZE__ /* else without the call and the copy: 2.5 ns of 34 */
    int error = vmclock_take_snapshot(clk, &s);
#else
    int error = snapshot_take(clk, &s);
#endif

    if (error)
        return error;
    return clock_reading_at(&s, s.counter, clk->max_age_sec, reading);
}
