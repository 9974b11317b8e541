/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/audit.h>
#include <vmclock/clock.h>
#include <vmclock/error.h>
#include <vmclock/leap.h>
#include <vmclock/raw.h>
#include "lib/time.h"
#include "lib/wide.h"

/* The old side at the counter value, on the new axis. */
struct audit_old {
    struct vmclock_time time, earliest, latest;
    uint8_t promised; /* by maximum errors */
};

/*
 * Both axes are continuous, so they differ by a constant: new axis minus old axis, s. Where there is
 * no TAI it is told by the label of the new reference point, which both rules have to know.
 */
static WIDE_APART int audit_shift(const struct vmclock_snapshot *before,
                                  const struct vmclock_snapshot *after, int64_t *shift_sec)
{
    struct vmclock_leap old_rule, rule;
    struct vmclock_time instant, on_old;
    struct vmclock_utc utc;

    if (before->time_type == after->time_type && before->time_type != VMCLOCK_TIME_TYPE_UTC) {
        *shift_sec = 0;
        return 0;
    }
    if (vmclock_leap_rule(before, &old_rule) || vmclock_leap_rule(after, &rule))
        return VMCLOCK_ERR_TIME_TYPE;
    if (!old_rule.tai_error && !rule.tai_error) {
        *shift_sec = (int64_t)old_rule.tai_ahead_sec - rule.tai_ahead_sec;
        return 0;
    }
    instant.sec = (int64_t)after->ref_sec;
    instant.frac64 = 0;
    if (vmclock_raw_axis_to_utc(&rule, &instant, &utc) ||
        vmclock_raw_utc_to_axis(&old_rule, &utc, &on_old))
        return VMCLOCK_ERR_LEAP;
    *shift_sec = instant.sec - on_old.sec;
    return 0;
}

static WIDE_APART int audit_read_old(const struct vmclock_snapshot *before, uint64_t counter,
                                     int64_t shift_sec, struct audit_old *old)
{
    struct vmclock_reading reading;
    int error = vmclock_at(before, counter, &reading);

    if (error)
        return error;
    /* Ends that do not fit the new axis are no promise that could be held against anybody. */
    old->promised = reading.bound_kind == VMCLOCK_BOUND_MAXIMUM &&
                    !vmclock_time_move(&reading.earliest, shift_sec, &old->earliest) &&
                    !vmclock_time_move(&reading.latest, shift_sec, &old->latest);
    return vmclock_time_move(&reading.time, shift_sec, &old->time);
}

static uint8_t audit_judge(const struct audit_old *old, const struct vmclock_reading *new)
{
    if (vmclock_time_compare(&new->time, &old->earliest) >= 0 &&
        vmclock_time_compare(&new->time, &old->latest) <= 0)
        return VMCLOCK_AUDIT_REFINED;
    if (vmclock_time_compare(&new->latest, &old->earliest) >= 0 &&
        vmclock_time_compare(&new->earliest, &old->latest) <= 0)
        return VMCLOCK_AUDIT_BROKEN;
    return VMCLOCK_AUDIT_STEPPED;
}

static WIDE_APART void audit_compare(const struct audit_old *old,
                                     const struct vmclock_snapshot *after, uint64_t counter,
                                     struct vmclock_audit_result *result)
{
    struct vmclock_reading reading;

    if (vmclock_at(after, counter, &reading) ||
        vmclock_time_subtract(&reading.time, &old->time, &result->moved))
        return;
    result->moved_known = 1;
    if (old->promised && reading.bound_kind == VMCLOCK_BOUND_MAXIMUM)
        result->verdict = audit_judge(old, &reading);
}

static int audit_same_reference(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b)
{
    return (a->have & b->have & VMCLOCK_HAVE_CLOCK) && a->ref_counter == b->ref_counter &&
           a->ref_sec == b->ref_sec && a->ref_frac64 == b->ref_frac64;
}

void vmclock_audit(const struct vmclock_snapshot *before, const struct vmclock_snapshot *after,
                   uint64_t counter, struct vmclock_audit_result *result)
{
    struct audit_old old;
    int64_t shift_sec;

    result->moved.sec = 0;
    result->moved.frac64 = 0;
    result->moved_known = 0;
    if (before->disruption_marker != after->disruption_marker) {
        result->verdict =
            audit_same_reference(before, after) ? VMCLOCK_AUDIT_STALE : VMCLOCK_AUDIT_DISRUPTED;
        return;
    }
    result->verdict = VMCLOCK_AUDIT_CANNOT_TELL;
    if (before->counter_id == after->counter_id && !audit_shift(before, after, &shift_sec) &&
        !audit_read_old(before, counter, shift_sec, &old))
        audit_compare(&old, after, counter, result);
}
