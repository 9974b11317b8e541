/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clamp.h - readings that do not step back, for those who ask for that.
 *
 *     vmclock_clamp_init(&clamp, 0);
 *     vmclock_clamp_utc_now(&clamp, &clk, &now);           in place of vmclock_utc_now
 *     vmclock_clamp_steer_utc_now(&clamp, &steer, &now);   in place of vmclock_steer_utc_now
 *
 * A page may be corrected backwards, and the counters of two CPUs may disagree: after a restore one was
 * seen 5 ms behind the other, which not even a steered clock can know. A clamp keeps the latest time that
 * was given through it, and gives that again where the clock is behind it; clamped then says so.
 *
 * The interval that comes with a time is not bent for that. Of a page's time it is widened, to the latest
 * end or the earliest, where the clamped time would lie outside: so the time lies in it, and the true one
 * does as surely as before. Of a steered clock it is the reference's, as it is, and converged says whether
 * the time is in it.
 *
 * No clamp reaches over a disruption of the counter, from one epoch of a steered clock into the next, or
 * to an axis of another kind (time_type): there time may step, either way. It is the time on the axis that
 * does not step back; labels follow it as far as what is known of leap seconds stays the same, and a POSIX
 * count repeats 23:59:59 all the same.
 *
 * A clamp is for one handle or one steered clock, and may be shared by any number of CPUs, and by handlers
 * that interrupt them: no reading is before another that was complete when it began. Times through a
 * clamp are whole 2^-30 s, rounded down.
 *
 * For CPUs that swap 64 bits at once, if they are what they were: x86 from the Pentium on, aarch64, armv7,
 * s390x and others. On those that do not, these functions are not there.
 */
#ifndef VMCLOCK_CLAMP_H
#define VMCLOCK_CLAMP_H

#include <vmclock/page.h>
#include <vmclock/steer.h>
#include <vmclock/types.h>
#include <vmclock/utc.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The latest of what belongs together. Of the library. */
struct vmclock_clamp_slot {
    volatile vmclock_aligned64 latest; /* 2^-30 s since 2^33 s before the axis' zero */
    uint64_t disruption_marker;
    uint32_t epoch;
    uint8_t time_type;
};

/* Set by vmclock_clamp_init; the caller keeps it. All of it is the library's. */
struct vmclock_clamp {
    struct vmclock_clamp_slot slots[2]; /* the present one and the one before it, in turns */
    uint64_t limit;                     /* 2^-30 s; UINT64_MAX: none */
    volatile vmclock_aligned64 count; /* 2 for each slot that was begun, odd while one is; the upper
                                           half stays 0 */
};

/*
 * Makes a clamp that has given no time yet. While nobody uses it. Cannot fail.
 *
 * limit_ns: a clock that is farther behind is not clamped but refused; 0: no limit. Without one, a page
 * that was an hour ahead for a moment gives one time for an hour.
 */
void vmclock_clamp_init(struct vmclock_clamp *clamp, uint64_t limit_ns);

/*
 * vmclock_utc_now, not before any reading through the clamp.
 *
 * clamp: after vmclock_clamp_init. clk, now: as for vmclock_utc_now.
 *
 * Returns 0, or with *now untouched an error of vmclock_utc_now, or
 *     VMCLOCK_ERR_TOO_FAR  the clock is behind by more than the limit: until it has come nearer, or the
 *                          clamp is made anew
 *     VMCLOCK_ERR_RANGE    also 2^33 s and more from the axis' zero
 *     VMCLOCK_ERR_BUSY     also when others gave later times, or began a slot, in each of some tries; or
 *                          for a handler that interrupts somebody who begins one: which is after a
 *                          disruption, for some ten instructions
 * Bounded as vmclock_utc_now, up to four times; reentrant.
 */
int vmclock_clamp_utc_now(struct vmclock_clamp *clamp, const struct vmclock *clk,
                          struct vmclock_utc_reading *now);

/* The same of a steered clock: vmclock_steer_utc_now, or, for those who must not wait, with one try. */
int vmclock_clamp_steer_utc_now(struct vmclock_clamp *clamp, const struct vmclock_steer *steer,
                                struct vmclock_utc_reading *now);
int vmclock_clamp_steer_try_utc_now(struct vmclock_clamp *clamp, const struct vmclock_steer *steer,
                                    struct vmclock_utc_reading *now);

#ifdef __cplusplus
}
#endif
#endif
