/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the axis of a reference lies to the axis of a steered clock.
 */
#include <vmclock/error.h>
#include <vmclock/leap.h>
#include <vmclock/raw.h>
#include <vmclock/steer.h>
#include "lib/steer.h"

/*
 * The clock's axis minus the reference's, by the label of the reference time; where that is in a leap
 * second, of which the clock's rule may not know, by the label of the second before it.
 */
static WIDE_APART int steer_axis_shift_by_labels(const struct vmclock_steer *steer,
                                                 const struct vmclock_snapshot *reference,
                                                 const struct vmclock_leap *rule,
                                                 int64_t *shift_sec)
{
    struct vmclock_time instant, own;
    struct vmclock_utc utc;
    int error;

    if (steer->time_type == VMCLOCK_TIME_TYPE_MONOTONIC &&
        reference->time_type == steer->time_type) {
        *shift_sec = 0;
        return 0;
    }
    instant.sec = (int64_t)reference->ref_sec;
    instant.frac64 = 0;
    error = vmclock_raw_axis_to_utc(rule, &instant, &utc);
    if (error)
        return error;
    instant.sec -= utc.in_leap_second;
    utc.in_leap_second = 0;
    error = vmclock_raw_utc_to_axis(&steer->rule, &utc, &own);
    if (error)
        return error;
    *shift_sec = own.sec - instant.sec;
    return 0;
}

/* The rule's instants, from the reference's axis to the clock's. */
static void steer_axis_move_rule(struct vmclock_leap *rule, int64_t shift_sec)
{
    rule->known_from_sec += shift_sec;
    rule->known_until_sec += shift_sec;
    rule->boundary_sec += shift_sec;
    rule->before_sec += (int32_t)shift_sec;
    rule->tai_ahead_sec -= (int32_t)shift_sec;
}

int vmclock_steer_relate(const struct vmclock_steer *steer, int new_epoch,
                         const struct vmclock_snapshot *reference, struct steer_axis *axis)
{
    struct vmclock_leap *rule = &axis->rule;
    int error = vmclock_leap_rule(reference, rule);

    if (error)
        return error;
    axis->time_type = new_epoch ? reference->time_type : steer->time_type;
    if (new_epoch && !rule->tai_error)
        axis->time_type = VMCLOCK_TIME_TYPE_TAI;
    axis->shift_sec = 0;
    if (axis->time_type == VMCLOCK_TIME_TYPE_TAI && !rule->tai_error)
        axis->shift_sec = rule->tai_ahead_sec;
    else if (!new_epoch)
        error = steer_axis_shift_by_labels(steer, reference, rule, &axis->shift_sec);
    else if (axis->time_type == VMCLOCK_TIME_TYPE_TAI)
        error = rule->tai_error;
    else if (axis->time_type != VMCLOCK_TIME_TYPE_MONOTONIC)
        error = rule->utc_error; /* nothing could be related to such an axis */
    if (error)
        return error;
    if (axis->time_type == VMCLOCK_TIME_TYPE_TAI) { /* and stays so, whatever the reference knows */
        rule->tai_error = 0;
        rule->tai_ahead_sec = (int32_t)axis->shift_sec;
    }
    steer_axis_move_rule(rule, axis->shift_sec);
    return 0;
}
