/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raw.h - instants of an axis by themselves, without the moment that they are of. Not in vmclock.h.
 *
 * A rule and an instant here are numbers, and nothing in them tells whether they belong together. Of two
 * snapshots, they may be on axes that lie 37 s apart (a UTC page that became a TAI page), or on two sides
 * of a leap second: then the result is wrong, and no error says so. All of one call is therefore to be
 * made of one snapshot, or of one reading of UTC (its leap, and the instants of its labels). A time of
 * vmclock_now, of a reader or of a steered clock beside a rule of another snapshot is the mistake.
 *
 * Whoever wants the time has what belongs together in one value: UTC, TAI and the interval in utc.h,
 * smeared in smear.h, deadlines in deadline.h. What is here is for other instants of the same axis.
 *
 * Convert every end of an interval on its own: intervals are computed on the continuous axis, and
 * labels come last. Else an interval that contains a leap second has earliest after latest.
 */
#ifndef VMCLOCK_RAW_H
#define VMCLOCK_RAW_H

#include <vmclock/deadline.h>
#include <vmclock/leap.h>
#include <vmclock/page.h>
#include <vmclock/smear.h>
#include <vmclock/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The UTC label of an instant of the rule's axis. Exact.
 *
 * Returns 0, or with *utc untouched the rule's utc_error, or VMCLOCK_ERR_LEAP_HORIZON when the
 * instant is outside what the rule knows.
 */
int vmclock_raw_axis_to_utc(const struct vmclock_leap *rule, const struct vmclock_time *instant,
                            struct vmclock_utc *utc);

/*
 * The instant of the rule's axis that a UTC label names. Exact inverse of vmclock_raw_axis_to_utc.
 *
 * Returns 0, or with *instant untouched the rule's utc_error, VMCLOCK_ERR_LEAP_HORIZON when the
 * label is outside what the rule knows, or VMCLOCK_ERR_CALENDAR for a label that does not exist:
 * in_leap_second elsewhere than in the rule's leap second, or the second that a negative leap
 * second left out.
 */
int vmclock_raw_utc_to_axis(const struct vmclock_leap *rule, const struct vmclock_utc *utc,
                            struct vmclock_time *instant);

/*
 * The TAI of an instant of the rule's axis: s since 1970-01-01 00:00:00 TAI. Exact.
 *
 * Returns 0, or with *tai untouched the rule's tai_error or VMCLOCK_ERR_RANGE. tai may be instant.
 */
int vmclock_raw_axis_to_tai(const struct vmclock_leap *rule, const struct vmclock_time *instant,
                            struct vmclock_time *tai);

/* The inverse of vmclock_raw_axis_to_tai, with the same errors. instant may be tai. */
int vmclock_raw_tai_to_axis(const struct vmclock_leap *rule, const struct vmclock_time *tai,
                            struct vmclock_time *instant);

/*
 * TAI minus UTC, s, at an instant of the rule's axis. During a positive leap second it is already
 * the new value, as POSIX counts.
 *
 * Returns 0, or with *offset_sec untouched an error of vmclock_raw_axis_to_utc or the rule's tai_error.
 */
int vmclock_raw_tai_minus_utc(const struct vmclock_leap *rule, const struct vmclock_time *instant,
                              int32_t *offset_sec);

/*
 * The smeared time, as a POSIX count, of an instant of the rule's axis.
 *
 * Rounded towards minus infinity (_floor) or plus infinity (_ceil) to 2^-64 s: use _floor for
 * the earliest and _ceil for the latest end of an interval. Under STRICT the count steps back by
 * 1 s at the start of a positive leap second and forward at a negative one.
 *
 * Returns 0, or with *smeared untouched the rule's utc_error; VMCLOCK_ERR_LEAP_HORIZON when the
 * instant is outside what the rule knows, or so close to its limits that a smear of this shape
 * around an unknown leap second could reach it; VMCLOCK_ERR_SMEAR when the shape is not as
 * struct vmclock_smear_shape demands. smeared may be instant. Bounded; reentrant.
 */
int vmclock_raw_smear_floor(const struct vmclock_leap *rule,
                            const struct vmclock_smear_shape *shape,
                            const struct vmclock_time *instant, struct vmclock_time *smeared);
int vmclock_raw_smear_ceil(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                           const struct vmclock_time *instant, struct vmclock_time *smeared);

/*
 * The inverse: the least instant of the rule's axis, in 2^-64 s, whose smeared time is at or after
 * the one given.
 *
 * Errors as vmclock_raw_smear_floor. instant may be smeared.
 */
int vmclock_raw_unsmear(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                        const struct vmclock_time *smeared, struct vmclock_time *instant);

/*
 * As vmclock_deadline_utc_surely and vmclock_deadline_utc_possibly, for an instant of the snapshot's axis:
 * the inverse of vmclock_at.
 *
 * Returns 0, or with *deadline untouched an error of vmclock_check, VMCLOCK_ERR_BOUND or
 * VMCLOCK_ERR_RANGE, as those. Bounded; reentrant.
 */
int vmclock_raw_deadline_surely(const struct vmclock_snapshot *snapshot,
                                const struct vmclock_time *instant,
                                struct vmclock_deadline *deadline);
int vmclock_raw_deadline_possibly(const struct vmclock_snapshot *snapshot,
                                  const struct vmclock_time *instant,
                                  struct vmclock_deadline *deadline);

#ifdef __cplusplus
}
#endif
#endif
