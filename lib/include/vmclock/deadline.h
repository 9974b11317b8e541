/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deadline.h - the counter value at which a time has come: for timers that compare the counter
 * (TSC-deadline, CNTV_CVAL), and for waits.
 *
 * The time is known to an interval. So there are two such values: from the first on, a time may have
 * come (the latest end has reached it), and from the second on, it surely has (the earliest end has).
 *
 *     error = vmclock_take_snapshot(&clk, &snapshot);
 *     if (!error)
 *         error = vmclock_deadline_utc_surely(&snapshot, &utc, &deadline);
 *     if (!error)
 *         arm_timer(deadline.counter);
 *
 * A deadline holds as long as the page is what it was. With another seq it may be elsewhere, by as
 * much as the publisher corrected; with another marker it means nothing. So ask again when the page
 * was updated, and when the timer fires.
 */
#ifndef VMCLOCK_DEADLINE_H
#define VMCLOCK_DEADLINE_H

#include <vmclock/leap.h>
#include <vmclock/page.h>
#include <vmclock/time.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vmclock_deadline {
    uint64_t counter;           /* ticks; may be before the present value: then it has come */
    uint64_t disruption_marker; /* of the page, for which alone it holds ... */
    uint32_t seq;               /* ... and as long as this is the page's */
};

/*
 * The first counter value at which a time in UTC has surely come (_surely: vmclock_utc_at gives an
 * earliest that is not before it) or may have come (_possibly: a latest that is not before it), by what the
 * snapshot knows of leap seconds. Exact: the inverse of vmclock_utc_at, counter values in the order of their
 * signed distance to ref_counter. Where the interval's other end is beyond an int64_t of seconds,
 * vmclock_utc_at says RANGE there all the same.
 *
 * snapshot, utc, deadline: not null.
 *
 * Returns 0, or with *deadline untouched an error of vmclock_check, or
 *     VMCLOCK_ERR_BOUND  no maximum error is published, or one that grows as fast as the time or faster
 *     VMCLOCK_ERR_RANGE  the value is 2^63 ticks or more from ref_counter; the time 2^62 s or more
 *                        after the reference time, or more than that before it; that is above
 *                        INT64_MAX; or a tick is below 2^-64 s (period_shift above 64)
 *     VMCLOCK_ERR_LEAP_HORIZON  the time is beyond what the page knows of leap seconds
 *     VMCLOCK_ERR_CALENDAR      there is no such time: see vmclock_raw_utc_to_axis (raw.h)
 * or why the page's UTC is not known (leap.h). Bounded; reentrant.
 */
int vmclock_deadline_utc_surely(const struct vmclock_snapshot *snapshot,
                                const struct vmclock_utc *utc, struct vmclock_deadline *deadline);
int vmclock_deadline_utc_possibly(const struct vmclock_snapshot *snapshot,
                                  const struct vmclock_utc *utc, struct vmclock_deadline *deadline);

/*
 * Waits for a deadline, with the CPU's pauses.
 *
 * clk: an opened handle of the page that the deadline is of. max_ticks: of the counter, from the call
 * on, after which it ends.
 *
 * An update of the page does not end it: what was promised before it still holds, so a sure deadline
 * stays one; by the new page it may have come somewhat earlier.
 *
 * Returns 0 when the counter is at the deadline or past it, at once if it is already, or
 *     VMCLOCK_ERR_NOT_YET    max_ticks went by, or the counter did not advance, or went back
 *     VMCLOCK_ERR_DISRUPTED  the page's marker is not that of the deadline: at once, as the counter may
 *                            be anything
 * or an error of vmclock_take_snapshot. Never longer than max_ticks, and a snapshot, as long as the
 * counter advances; where it stands still, max_tries snapshots after the first that shows it: so a
 * handle for waits has max_tries above the number of snapshots that a tick of its counter lasts.
 */
int vmclock_wait(const struct vmclock *clk, const struct vmclock_deadline *deadline,
                 uint64_t max_ticks);

#ifdef __cplusplus
}
#endif
#endif
