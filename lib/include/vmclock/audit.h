/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit.h - did the publisher keep its word? Whether an update of the page lies within what the
 * parameters before it promised.
 */
#ifndef VMCLOCK_AUDIT_H
#define VMCLOCK_AUDIT_H

#include <vmclock/page.h>
#include <vmclock/time.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vmclock_audit_verdict {
    VMCLOCK_AUDIT_REFINED = 0,     /* the new time lies in the interval that the old one had */
    VMCLOCK_AUDIT_BROKEN = 1,      /* it does not, though the two intervals overlap */
    VMCLOCK_AUDIT_STEPPED = 2,     /* the intervals are disjoint: the host set its clock */
    VMCLOCK_AUDIT_CANNOT_TELL = 3, /* no promise on one side, or nothing common to compare */
    VMCLOCK_AUDIT_DISRUPTED = 4,   /* the marker changed: what was known of the counter is void */
    VMCLOCK_AUDIT_STALE = 5        /* the marker changed, the reference point did not: disrupted,
                                    * and the parameters are those from before */
};

struct vmclock_audit_result {
    struct vmclock_time moved; /* new time minus old time; positive: the host's went forward */
    uint8_t verdict;           /* enum vmclock_audit_verdict */
    uint8_t moved_known;       /* else moved is 0 */
};

/*
 * Compares two snapshots of one page at one counter value.
 *
 * before, after: snapshots in the order in which they were taken. Only their marker is looked at
 *     first; the rest needs a usable clock (vmclock_check) and maximum errors on both sides.
 * counter: ticks, the last counter value that was read while before was the page's state;
 *     before->counter if there is none later. Elsewhere an honest publisher may fail: lines that
 *     drift cross.
 * result: not null.
 *
 * Times are compared on one continuous axis. Where the snapshots count on different ones (UTC and
 * TAI, or UTC before and after a leap second), they are related by TAI, else by the labels that
 * both leap rules know; where neither is possible the verdict is CANNOT_TELL.
 *
 * After STALE keep before and audit the next snapshot against it again: the clock is of no use
 * until the verdict is another. Cannot fail. Bounded; reentrant. UAPI.13, "disruption_marker",
 * "time_maxerror_nanosec".
 */
void vmclock_audit(const struct vmclock_snapshot *before, const struct vmclock_snapshot *after,
                   uint64_t counter, struct vmclock_audit_result *result);

#ifdef __cplusplus
}
#endif
#endif
