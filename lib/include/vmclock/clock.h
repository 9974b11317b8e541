/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - from a snapshot to the time, with the interval in which it lies.
 *
 * Times are on the page's own continuous axis, which knows no leap seconds: seconds since
 * 1970-01-01 00:00:00 TAI for a TAI page, a UTC count that goes on counting past a leap second for
 * a UTC page, seconds since no epoch for a MONOTONIC page. utc.h has UTC and TAI, with the axis' own
 * time beside it.
 *
 * Nothing turns a reading of this file into UTC or TAI: what an axis is to them is known of a moment,
 * and the reading is without it. An update in between may put the page on another axis, 37 s away, or on
 * the other side of a leap second. Whoever wants labels begins in utc.h; vmclock_now is for those who want
 * the axis alone. What was kept of a reading for later is its counter: vmclock_utc_at takes that with any
 * snapshot of the same disruption_marker.
 *
 * At an update of the page times may step, back too: the time just after it may be before one that
 * was given just before it. Each is right by the parameters of its moment, and in its interval.
 * steer.h is a clock that never goes backwards; clamp.h keeps readings from it.
 */
#ifndef VMCLOCK_CLOCK_H
#define VMCLOCK_CLOCK_H

#include <vmclock/page.h>
#include <vmclock/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* clang-format off */
#define VMCLOCK_BOUND_KINDS(X) \
    X(0, NONE, "none") /* nothing is promised: the interval is the whole axis */ \
    X(2, MAXIMUM, "max") /* the publisher's promise */
/* clang-format on */
enum vmclock_bound_kind {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_BOUND_##NAME = (code),
    VMCLOCK_BOUND_KINDS(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/* clang-format off */
#define VMCLOCK_DISRUPTIONS(X) \
    X(0, NONE, "none") \
    X(1, SOON, "soon") /* expected within about a day */ \
    X(2, IMMINENT, "imminent") /* expected within about an hour */
/* clang-format on */
enum vmclock_disruption {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_DISRUPTION_##NAME = (code),
    VMCLOCK_DISRUPTIONS(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/* The time at one counter value and all that qualifies it, from one consistent snapshot. */
struct vmclock_reading {
    struct vmclock_time time;     /* rounded towards minus infinity to 2^-64 s */
    struct vmclock_time earliest; /* the exact end rounded down to 2^-64 s, ... */
    struct vmclock_time latest;   /* ... and up; the whole axis when bound_kind is NONE */
    struct vmclock_time age;      /* time since the reference point; negative before it */
    uint64_t counter;             /* ticks: the counter value that this is the time of */
    uint64_t disruption_marker;
    uint64_t generation; /* 0 unless generation_known */
    uint8_t generation_known;
    uint8_t bound_kind;     /* enum vmclock_bound_kind */
    uint8_t time_type;      /* enum vmclock_time_type: UTC, TAI or MONOTONIC */
    uint8_t clock_status;   /* SYNCHRONIZED or FREERUNNING */
    uint8_t leap_indicator; /* at the reference time, not at this one */
    uint8_t smear_hint;     /* enum vmclock_smear_hint */
    uint8_t bound_by;       /* enum vmclock_bound_by */
    uint8_t disruption;     /* enum vmclock_disruption: what the publisher announces */
};

/*
 * Whether a snapshot carries a clock that this CPU can use now.
 *
 * Returns 0, or the first that applies of
 *     VMCLOCK_ERR_NO_CLOCK        counter_id is INVALID, or the page ends before time_frac_sec
 *     VMCLOCK_ERR_COUNTER         counter_id is not that of the counter that was read
 *     VMCLOCK_ERR_UNSYNCHRONISED  clock_status is neither SYNCHRONIZED nor FREERUNNING: as INITIALIZING
 *                                 it may be for seconds after a machine's start, so ask again
 *     VMCLOCK_ERR_TIME_TYPE       time_type is smeared or unknown
 *     VMCLOCK_ERR_PERIOD          the period is zero
 */
int vmclock_check(const struct vmclock_snapshot *snapshot);

/*
 * The time at a counter value, before or after the reference point.
 *
 * snapshot: not null. counter: ticks; the distance to ref_counter is taken modulo 2^64 as a
 * signed number, so counters may wrap. reading: not null.
 *
 * time = ref + distance * period / 2^(64+shift), exact before its one rounding. The interval is
 * [time - error, time + error] of the exact values with error = maxerror_ns + |distance| *
 * period_maxerror / 2^(64+shift) where both maximum errors are present, else the whole axis: an
 * estimate is no interval (below). Its ends are rounded outwards by less than 2^-64 + 2^-125 s.
 *
 * Returns 0, or with *reading untouched an error of vmclock_check, or VMCLOCK_ERR_RANGE when the
 * distance is -2^63 or time, earliest or latest is outside an int64_t of seconds. Bounded,
 * branches on the snapshot only; reentrant. UAPI.13, "Calculating time".
 */
int vmclock_at(const struct vmclock_snapshot *snapshot, uint64_t counter,
               struct vmclock_reading *reading);

/*
 * What the publisher estimates its error to be: likely, not promised. It is never an interval and never
 * part of one, whether there is a promise beside it or not. At a counter value it is error_ns +
 * |counter - ref_counter| * rate_frac / 2^(64+rate_shift) s, either way.
 */
struct vmclock_estimate {
    uint64_t ref_counter; /* ticks: the page's reference point */
    uint64_t error_ns;    /* there */
    uint64_t rate_frac;   /* 2^-(64+rate_shift) s a tick away from it */
    uint8_t rate_shift;
    uint8_t known; /* 0: none is published, and the rest has no meaning */
};

/*
 * The estimated error of the time at a counter value: of vmclock_at's, by the same snapshot.
 *
 * snapshot, estimate_ns: not null. *estimate_ns: ns, 0 and up; rounded up, by less than 1 ns + 2^-98 ns.
 *
 * Returns 0, or with *estimate_ns untouched an error of vmclock_check, or
 *     VMCLOCK_ERR_ESTIMATE  not both of the estimated errors are published
 *     VMCLOCK_ERR_RANGE     for 292 years and more
 * Bounded; reentrant. utc.h has the same of each of its readings.
 */
int vmclock_estimate_at(const struct vmclock_snapshot *snapshot, uint64_t counter,
                        int64_t *estimate_ns);

/*
 * The times at many counter values from one snapshot, and one error that holds for all of them.
 *
 * counters, times: count elements each, at least one; they may not overlap.
 * maxerror: every time lies in [times[i] - maxerror, times[i] + maxerror]; of the kind that is
 *     returned in *bound_kind. It is the largest error of the values, rounded up by less than
 *     3 * 2^-64 s;
 *     {INT64_MAX, UINT64_MAX} for VMCLOCK_BOUND_NONE.
 *
 * times[i] is what vmclock_at gives. Returns 0, or with nothing written VMCLOCK_ERR_ARGUMENT when
 * count is 0, or an error as vmclock_at. Time linear in count; values in their order are quicker.
 */
int vmclock_at_many(const struct vmclock_snapshot *snapshot, const uint64_t *counters, size_t count,
                    struct vmclock_time *times, struct vmclock_time *maxerror, int *bound_kind);

/*
 * The time now: a snapshot and the time at its counter value, in one call.
 *
 * clk: an opened handle. reading: not null.
 *
 * Returns 0, or with *reading untouched an error of vmclock_take_snapshot or vmclock_at, or
 * VMCLOCK_ERR_STALE when the age is not in [-max_age_sec, max_age_sec) of the handle. Bounded as
 * vmclock_take_snapshot.
 */
int vmclock_now(const struct vmclock *clk, struct vmclock_reading *reading);

#ifdef __cplusplus
}
#endif
#endif
