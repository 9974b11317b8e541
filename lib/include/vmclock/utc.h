/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utc.h - UTC now, with the interval in which it lies: one call, and all of it of one moment.
 *
 *     struct vmclock_utc_reading now;
 *     char line[VMCLOCK_TEXT_LINE_SIZE];
 *
 *     error = vmclock_utc_now(&clk, &now);
 *     if (!error)
 *         error = vmclock_text_reading(&now, line, sizeof line);
 *
 * The same is there for who reads often (vmclock_reader_utc_now, reader.h), for a steered clock
 * (vmclock_steer_utc_now, steer.h) and for a snapshot that the caller has (vmclock_utc_at).
 *
 * Time, rule and labels are made from one snapshot, and stay together in the reading: an update of the
 * page may put it on another axis, 37 s away, and a rule of then labels no time of now.
 */
#ifndef VMCLOCK_UTC_H
#define VMCLOCK_UTC_H

#include <vmclock/clock.h>
#include <vmclock/leap.h>
#include <vmclock/page.h>
#include <vmclock/time.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A moment, and what UTC calls it. Never smeared: smear.h is for that.
 *
 * Where UTC is not known, error says why, and date (so month), time of day and count are 0.
 */
struct vmclock_label {
    struct vmclock_time instant; /* on the axis of time_type; always known. Its frac64 is the
                                    fraction of the label's second, too */
    int64_t posix_sec;           /* as POSIX counts: in 23:59:60 the count of 23:59:59 again */
    int64_t year;                /* as in struct vmclock_civil */
    uint8_t month;               /* 1 to 12 */
    uint8_t day;                 /* 1 to 31 */
    uint8_t hour;                /* 0 to 23 */
    uint8_t minute;              /* 0 to 59 */
    uint8_t second;              /* 0 to 60; 60 only in 23:59:60 */
    signed char error;           /* 0, or enum vmclock_error */
};

/*
 * UTC at one moment and all that qualifies it.
 *
 * earliest and latest are the ends of what is promised. Without a promise (bound_kind NONE) there are
 * none: their error is VMCLOCK_ERR_BOUND, their instants are the ends of the axis, whatever else is
 * published. What the publisher estimates its error to be is in estimate alone, with a promise or
 * without one: vmclock_utc_estimate_ns.
 */
struct vmclock_utc_reading {
    struct vmclock_label utc;      /* rounded down to 2^-64 s */
    struct vmclock_label earliest; /* rounded down, ... */
    struct vmclock_label latest;   /* ... and up */
    struct vmclock_time tai;       /* s since 1970-01-01 00:00:00 TAI, if tai_error is 0 */
    struct vmclock_estimate
        estimate;             /* of utc's error. How far a steered clock is off its reference,
                                         or a clamp moved utc, is added to the publisher's */
    struct vmclock_leap leap; /* the rule that the labels are by, on the axis of their instants */
    uint64_t counter;         /* ticks: the counter value that this is the time of */
    uint64_t disruption_marker;
    uint64_t generation;       /* 0 unless generation_known */
    uint32_t seq;              /* of the page; even */
    uint32_t epoch;            /* of a steered clock (steer.h); else 0 */
    int32_t tai_minus_utc_sec; /* s; 0 unless offset_error is 0 */
    signed char tai_error;     /* 0, or why TAI is not known */
    signed char offset_error;  /* 0, or why not both of UTC and TAI are known */
    uint8_t generation_known;
    uint8_t bound_kind;     /* enum vmclock_bound_kind */
    uint8_t time_type;      /* enum vmclock_time_type of the axis: UTC, TAI or MONOTONIC */
    uint8_t clock_status;   /* SYNCHRONIZED or FREERUNNING */
    uint8_t leap_indicator; /* at the page's reference time */
    uint8_t smear_hint;     /* enum vmclock_smear_hint: how the host would like UTC to be shown */
    uint8_t bound_by;       /* enum vmclock_bound_by: who vouches */
    uint8_t disruption;     /* enum vmclock_disruption: what the publisher announces */
    uint8_t converged;      /* of a steered clock: as in its reading; else 1 */
    uint8_t update_due;     /* of a steered clock: as in its reading; else 0 */
    uint8_t clamped;        /* utc was moved forwards: clamp.h; else 0 */
};

/*
 * UTC now.
 *
 * clk: an opened handle. now: not null.
 *
 * Returns 0, or with *now untouched an error of vmclock_now. What is not known of UTC, TAI or the
 * bound is no error: it is data, each with its reason. Bounded as vmclock_take_snapshot; reentrant.
 */
int vmclock_utc_now(const struct vmclock *clk, struct vmclock_utc_reading *now);

/*
 * UTC at a counter value, by a snapshot that the caller has: the page's own or a calibrated one
 * (vmclock_take_calibrated), whose own counter value is the usual choice.
 *
 * Returns 0, or with *then untouched an error of vmclock_at. Bounded; reentrant.
 */
int vmclock_utc_at(const struct vmclock_snapshot *snapshot, uint64_t counter,
                   struct vmclock_utc_reading *then);

/*
 * How far the time may be off, by promise: the larger of its distances to the two ends, ns, rounded up.
 *
 * Returns 0, or with *bound_ns untouched VMCLOCK_ERR_BOUND where bound_kind is NONE, or
 * VMCLOCK_ERR_RANGE for 292 years and more.
 */
int vmclock_utc_bound_ns(const struct vmclock_utc_reading *now, int64_t *bound_ns);

/*
 * How far the time is off by the publisher's estimate: as vmclock_estimate_at, of the reading's moment.
 *
 * Returns 0, or with *estimate_ns untouched VMCLOCK_ERR_ESTIMATE or VMCLOCK_ERR_RANGE.
 */
int vmclock_utc_estimate_ns(const struct vmclock_utc_reading *now, int64_t *estimate_ns);

/* A POSIX time as a timespec has it. */
struct vmclock_posix {
    int64_t sec; /* 86400 to the day: in 23:59:60 it repeats the count of 23:59:59 */
    int32_t ns;  /* 0 to 999999999; forwards, also before 1970 */
};

/*
 * A label as a POSIX time, rounded down to a nanosecond: for a label of utc, a time that was shown.
 * In 23:59:60 it is that of a second before, so at its begin POSIX time steps back by 1 s.
 *
 * Returns 0, or with *posix untouched the label's error.
 */
int vmclock_posix_of(const struct vmclock_label *label, struct vmclock_posix *posix);

/*
 * The promised interval in POSIX time, each end rounded outwards to a nanosecond.
 *
 * Whatever instant of the interval is the true one, its POSIX time, rounded down or exact, is not
 * before *earliest and not after *latest. POSIX counts 23:59:59 twice where a leap second is: so for
 * an interval in which 23:59:60 begins, earliest is rounded down to its whole second, and latest, if
 * it lies in 23:59:60, is the midnight after it.
 *
 * Returns 0, or with both untouched the error of the earliest label, else of the latest one
 * (VMCLOCK_ERR_BOUND where nothing is promised), or VMCLOCK_ERR_RANGE.
 */
int vmclock_posix_interval(const struct vmclock_utc_reading *now, struct vmclock_posix *earliest,
                           struct vmclock_posix *latest);

/*
 * Whether a time has surely come (after: the earliest end is at it or after it), and whether it has
 * surely not come yet (before: the latest end is before it).
 *
 * time: UTC; not null.
 *
 * Returns 1, or 0 where it is not so, or where nobody can tell: because it lies in the interval, or
 * because that end has an error, VMCLOCK_ERR_BOUND where nothing is promised. Both may be 0, never 1.
 */
int vmclock_is_after(const struct vmclock_utc_reading *now, const struct vmclock_utc *time);
int vmclock_is_before(const struct vmclock_utc_reading *now, const struct vmclock_utc *time);

#ifdef __cplusplus
}
#endif
#endif
