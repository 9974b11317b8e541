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

/* clang-format off */
#define VMCLOCK_AUDIT_VERDICTS(X) \
    X(0, REFINED, "refined") /* the new time lies in the interval that the old one had */ \
    X(1, BROKEN, "broken") /* it does not, though the two intervals overlap */ \
    X(2, STEPPED, "stepped") /* the intervals are disjoint: the host set its clock */ \
    X(3, CANNOT_TELL, "cannot-tell") /* no promise on one side, or nothing common to compare */ \
    X(4, DISRUPTED, "disrupted") /* the marker changed: what was known of the counter is void */ \
    X(5, STALE, "stale") /* the marker changed, the reference point did not: disrupted, and the parameters are old */
/* clang-format on */
enum vmclock_audit_verdict {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_AUDIT_##NAME = (code),
    VMCLOCK_AUDIT_VERDICTS(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
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
