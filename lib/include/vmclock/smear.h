/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smear.h - UTC with its leap second spread over a longer time.
 *
 * The page is never smeared; its hint says how its host would like time to be shown. A smear is a
 * shape: linear between a start and an end that are given relative to the leap second. Before its
 * start smeared time is the POSIX count that holds before the leap second, after its end the one that
 * holds after it; between them it is continuous and strictly increasing, and at both ends exact.
 */
#ifndef VMCLOCK_SMEAR_H
#define VMCLOCK_SMEAR_H

#include <vmclock/time.h>
#include <vmclock/types.h>
#include <vmclock/utc.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A linear smear. Its ends are counted in s of the axis from the end of the leap second, that is
 * from 00:00:00 UTC after it. It has to be longer than the leap second, whichever sign that has:
 * start_sec + start_leap_sec + 1 < end_sec and start_sec - start_leap_sec < end_sec. The magnitude of
 * each of the three is at most 2^30 s. All 0: no smear.
 */
struct vmclock_smear_shape {
    int32_t start_sec;      /* where the smear begins, ... */
    int32_t start_leap_sec; /* ... plus this for a positive, less this for a negative leap second */
    int32_t end_sec;        /* where it ends */
};

/*
 * The shape that a page's smearing hint names.
 *
 * smear_hint: enum vmclock_smear_hint, from a snapshot or a reading. shape: not null.
 *
 *     NOON_LINEAR  {-43200, -1, 43200}: noon to noon UTC, 86400 s shown in 86401 or 86399
 *     UTC_SLS      {-1000, 0, 0}: the last 1000 s of the day (draft-kuhn-leapsecond-00)
 *     STRICT       {0, 0, 0}: no smear, by convention of this library: the POSIX count
 *
 * Returns 0, or VMCLOCK_ERR_SMEAR with *shape untouched for a hint that is not in the registry.
 */
int vmclock_smear_shape_of(uint8_t smear_hint, struct vmclock_smear_shape *shape);

/* A reading in smeared time, as POSIX counts. */
struct vmclock_smeared {
    struct vmclock_time time;     /* rounded down to 2^-64 s, */
    struct vmclock_time earliest; /* as the earliest end of what is promised, ... */
    struct vmclock_time latest;   /* ... and its latest up; both 0 where bound_error is not */
    signed char bound_error; /* 0, or why there is no interval: VMCLOCK_ERR_BOUND, LEAP_HORIZON */
};

/*
 * A reading of UTC in smeared time, by what is known of leap seconds at its own moment.
 *
 * now: of a page, a reader, a steered clock, a clamp, or a snapshot (utc.h). shape: not null.
 *
 * Under STRICT the count steps back by 1 s at the start of a positive leap second and forward at a
 * negative one.
 *
 * Returns 0, or with *smeared untouched
 *     VMCLOCK_ERR_SMEAR         the shape is not as struct vmclock_smear_shape demands
 *     VMCLOCK_ERR_LEAP_HORIZON  the time is outside what is known of leap seconds, or so close to the
 *                               limits that a smear of this shape around an unknown one could reach it
 * or why UTC is not known (the error of now->utc). Bounded; reentrant.
 */
int vmclock_smear_utc(const struct vmclock_utc_reading *now,
                      const struct vmclock_smear_shape *shape, struct vmclock_smeared *smeared);

#ifdef __cplusplus
}
#endif
#endif
