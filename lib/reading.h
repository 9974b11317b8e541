/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reading.h - the arithmetic from a snapshot and a counter value to the time and its interval.
 * Inline, so that vmclock_now need not go through memory.
 *
 * All of it is exact until one last rounding.
 */
#ifndef VMCLOCK_LIB_READING_H
#define VMCLOCK_LIB_READING_H

#include <vmclock/clock.h>
#include <vmclock/error.h>
#include "lib/wide.h"

/* The part of a reading that is computed. */
struct reading_span {
    struct vmclock_time time, earliest, latest;
    struct wide age; /* signed */
};

static WIDE_INLINE int check(const struct vmclock_snapshot *s)
{
    if (!(s->have & VMCLOCK_HAVE_CLOCK))
        return VMCLOCK_ERR_NO_CLOCK;
    if (s->counter_id != s->counter_read_id)
        return VMCLOCK_ERR_COUNTER;
    if (s->clock_status != VMCLOCK_CLOCK_STATUS_SYNCHRONIZED &&
        s->clock_status != VMCLOCK_CLOCK_STATUS_FREERUNNING)
        return VMCLOCK_ERR_UNSYNCHRONISED;
    if (s->time_type > VMCLOCK_TIME_TYPE_MONOTONIC)
        return VMCLOCK_ERR_TIME_TYPE;
    if (s->period_frac == 0)
        return VMCLOCK_ERR_PERIOD;
    return 0;
}

/* Ticks from the reference point, modulo 2^64: the conversion keeps the bits. */
static WIDE_INLINE int64_t distance_of(const struct vmclock_snapshot *s, uint64_t counter)
{
    return (int64_t)(counter - s->ref_counter);
}

static WIDE_INLINE uint64_t magnitude_of(int64_t distance)
{
    return distance < 0 ? 0 - (uint64_t)distance : (uint64_t)distance;
}

/* distance * period as a signed 128-bit number; below 2^127 as distance is not -2^63. */
static WIDE_INLINE int64_t multiply_signed(int64_t distance, uint64_t period, uint64_t *low)
{
    uint64_t high = wide_multiply((uint64_t)distance, period, low);

    return (int64_t)(high - (distance < 0 ? period : 0));
}

/*
 * The time at a distance, and the age, both rounded down to 2^-128 s; *lost is 1 if that rounded.
 */
static WIDE_INLINE int time_at(const struct vmclock_snapshot *s, int64_t distance,
                               struct wide *time, struct wide *age, unsigned *lost)
{
    uint64_t low;
    int64_t high;

    if (distance == INT64_MIN)
        return VMCLOCK_ERR_RANGE;
    high = multiply_signed(distance, s->period_frac, &low);
    *lost = wide_from_product(high, low, s->period_shift, age);
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

static WIDE_INLINE int has(const struct vmclock_snapshot *s, unsigned bits)
{
    return (s->have & bits) == bits;
}

static WIDE_INLINE int bound_kind_of(const struct vmclock_snapshot *s)
{
    if (has(s, VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR))
        return VMCLOCK_BOUND_MAXIMUM;
    if (has(s, VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_ESTERROR))
        return VMCLOCK_BOUND_ESTIMATE;
    return VMCLOCK_BOUND_NONE;
}

/* The error of that kind at a distance that is not -2^63, rounded up by less than 2^-126 s. */
static WIDE_INLINE void error_at(const struct vmclock_snapshot *s, int kind, int64_t distance,
                                 struct wide *error)
{
    int maximum = kind == VMCLOCK_BOUND_MAXIMUM;
    uint64_t low;
    uint64_t high = wide_multiply(
        magnitude_of(distance), maximum ? s->period_maxerror_frac : s->period_esterror_frac, &low);
    struct wide growth;
    unsigned lost = wide_from_product((int64_t)high, low, s->period_shift, &growth);

    wide_from_ns_ceil(maximum ? s->maxerror_ns : s->esterror_ns, error);
    wide_add(error, &growth);
    wide_add_guard(error, lost);
}

/*
 * [time - error, time + error], rounded outwards to 2^-64 s. With lost, time is up to 2^-128 s later
 * than it says.
 */
static WIDE_INLINE int interval(const struct wide *time, const struct wide *error, unsigned lost,
                                struct vmclock_time *earliest, struct vmclock_time *latest)
{
    struct wide low = *time, high = *time;

    wide_subtract(&low, error);
    wide_add(&high, error);
    wide_add_guard(&high, lost);
    wide_round_up(&high);
    /* An error of at most 2^63 s, carries included, moves an end the wrong way if it wraps. */
    if (error->sec > INT64_MAX || (int64_t)low.sec > (int64_t)time->sec ||
        (int64_t)high.sec < (int64_t)time->sec)
        return VMCLOCK_ERR_RANGE;
    earliest->sec = (int64_t)low.sec;
    earliest->frac64 = low.frac;
    latest->sec = (int64_t)high.sec;
    latest->frac64 = high.frac;
    return 0;
}

static WIDE_INLINE void whole_axis(struct vmclock_time *earliest, struct vmclock_time *latest)
{
    earliest->sec = INT64_MIN;
    earliest->frac64 = 0;
    latest->sec = INT64_MAX;
    latest->frac64 = UINT64_MAX;
}

static WIDE_INLINE uint8_t disruption_of(uint64_t flags)
{
    if (flags & VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT)
        return VMCLOCK_DISRUPTION_IMMINENT;
    return flags & VMCLOCK_PAGE_FLAG_DISRUPTION_SOON ? VMCLOCK_DISRUPTION_SOON
                                                     : VMCLOCK_DISRUPTION_NONE;
}

/* The reference point lies more than limit_sec away, before or after. */
static WIDE_INLINE int too_old(const struct wide *age, uint64_t limit_sec)
{
    struct wide distance = *age;

    if ((int64_t)age->sec < 0) {
        distance.sec = distance.frac = distance.guard = 0;
        wide_subtract(&distance, age);
    }
    return distance.sec > limit_sec ||
           (distance.sec == limit_sec && (distance.frac | distance.guard) != 0);
}

static WIDE_INLINE int span_of(const struct vmclock_snapshot *s, int kind, int64_t distance,
                               struct reading_span *span)
{
    struct wide time, error;
    unsigned lost;
    int failed = time_at(s, distance, &time, &span->age, &lost);

    if (failed)
        return failed;
    span->time.sec = (int64_t)time.sec;
    span->time.frac64 = time.frac;
    if (kind == VMCLOCK_BOUND_NONE) {
        whole_axis(&span->earliest, &span->latest);
        return 0;
    }
    error_at(s, kind, distance, &error);
    return interval(&time, &error, lost, &span->earliest, &span->latest);
}

/* vmclock_at, with an age limit in s; UINT64_MAX is none. */
static WIDE_INLINE int reading_at(const struct vmclock_snapshot *s, uint64_t counter,
                                  uint64_t max_age_sec, struct vmclock_reading *r)
{
    int64_t distance = distance_of(s, counter);
    int kind = bound_kind_of(s);
    struct reading_span span;
    int failed = check(s);

    if (failed)
        return failed;
    failed = span_of(s, kind, distance, &span);
    if (failed)
        return failed;
    if (too_old(&span.age, max_age_sec))
        return VMCLOCK_ERR_STALE;

    r->time.sec = span.time.sec;
    r->time.frac64 = span.time.frac64;
    r->earliest.sec = span.earliest.sec;
    r->earliest.frac64 = span.earliest.frac64;
    r->latest.sec = span.latest.sec;
    r->latest.frac64 = span.latest.frac64;
    r->age.sec = (int64_t)span.age.sec;
    r->age.frac64 = span.age.frac;
    r->counter = counter;
    r->disruption_marker = s->disruption_marker;
    r->generation_known = (uint8_t)has(s, VMCLOCK_HAVE_GENERATION);
    r->generation = r->generation_known ? s->generation : 0;
    r->time_type = s->time_type;
    r->bound_kind = (uint8_t)kind;
    r->bound_by = s->bound_by;
    r->clock_status = s->clock_status;
    r->leap_indicator = s->leap_indicator;
    r->smear_hint = s->smear_hint;
    r->disruption = disruption_of(s->flags);
    return 0;
}

#endif
