/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leap.h - what a page says of leap seconds: how its continuous axis lies to UTC and to TAI.
 *
 * A rule is of the snapshot that it was made of, and labels instants of that snapshot's axis alone. utc.h
 * labels a time by the rule of its own moment; the conversions of other instants are in raw.h.
 */
#ifndef VMCLOCK_LEAP_H
#define VMCLOCK_LEAP_H

#include <vmclock/page.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* s: TAI has been ahead of UTC by at least so much since 1972. A smaller offset is none. */
#define VMCLOCK_TAI_OFFSET_MIN_SEC 10

/*
 * What a snapshot says about leap seconds, as a rule on its axis. All instants are whole seconds
 * of the axis. Made by vmclock_leap_rule; a plain value.
 *
 * axis:   .. known_from ............ boundary ............ known_until ..
 * axis - POSIX:    before      |      before + leap      |
 */
struct vmclock_leap {
    int64_t known_from_sec;  /* first second whose UTC label is known */
    int64_t known_until_sec; /* first second, after it, whose UTC label is not known */
    int64_t boundary_sec;    /* a positive leap second is [boundary, boundary + 1); a negative one
                                is left out right before it; meaningless when leap is 0 */
    int32_t before_sec;      /* axis minus POSIX count, before the boundary */
    int32_t tai_ahead_sec;   /* TAI minus axis; meaningless unless tai_error is 0 */
    signed char leap;        /* +1, -1, or 0: no leap second while known */
    signed char utc_error;   /* 0: UTC is known; else why not, and the members above mean nothing */
    signed char tai_error;   /* 0: TAI is known; else why not */
};

/*
 * A UTC label. posix_sec counts as POSIX does, 86400 to the day: during a positive leap second
 * it repeats the count of 23:59:59, and in_leap_second is 1 (UTC 23:59:60).
 */
struct vmclock_utc {
    int64_t posix_sec;
    uint64_t frac64; /* 2^-64 s */
    uint8_t in_leap_second;
};

/*
 * The rule of a snapshot.
 *
 * snapshot: not null, with a clock. rule: not null.
 *
 * TAI minus UTC is the magnitude of tai_offset_sec, whose sign differs between publishers; below
 * VMCLOCK_TAI_OFFSET_MIN_SEC, or without its flag, it is unknown (VMCLOCK_ERR_TAI_OFFSET): then a TAI page has no UTC,
 * and a UTC page no TAI.
 *
 * The leap indicator speaks of the month of the reference time. Known are therefore the labels
 * from the start of the month before it to the end of the month after it, less that month's last
 * second, which a negative leap second could leave out. TAI is known without end.
 *
 * With POS the reference time has to lie in 23:59:60 of a month's last day, else UTC is unknown
 * (VMCLOCK_ERR_LEAP), as with an indicator that is not in the list, and with PRE_NEG in the second
 * that is to be left out. A TAI page tells whether its offset is already the new one; a UTC page
 * does not, so with POS it has no TAI: VMCLOCK_ERR_LEAP, or VMCLOCK_ERR_TAI_OFFSET where there is no
 * offset at all. Otherwise the indicator has no bearing on TAI.
 *
 * Returns 0 also when UTC or TAI is unknown: that is data in the rule. Else, with *rule untouched,
 *     VMCLOCK_ERR_NO_CLOCK   the snapshot has no clock
 *     VMCLOCK_ERR_TIME_TYPE  time_type is smeared or unknown
 * On a MONOTONIC page both are unknown (VMCLOCK_ERR_NO_EPOCH); with a reference time above
 * INT64_MAX - 2^32 s, whose rule might not fit, both are VMCLOCK_ERR_RANGE. Bounded; reentrant.
 * UAPI.13, "tai_offset_sec", "leap_indicator".
 */
int vmclock_leap_rule(const struct vmclock_snapshot *snapshot, struct vmclock_leap *rule);

#ifdef __cplusplus
}
#endif
#endif
