/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * newlib.h - newlib's clocks from the vmclock page.
 *
 * With libvmclock_newlib.a in the link, these C functions tell the right time, or fail with errno and
 * write nothing: no time is ever invented.
 *
 *   time, gettimeofday,    UTC as POSIX counts it: the second 23:59:60 repeats the count of 23:59:59.
 *   CLOCK_REALTIME         vmclock_newlib_utc below tells the two apart.
 *   CLOCK_TAI              TAI, since 1970-01-01 00:00:00 TAI; never repeats.
 *   CLOCK_MONOTONIC        since the entry point of the image. Never runs backwards, and runs as the
 *                          others do; without a clock in the page, or without a page, it counts by the
 *                          frequency that the CPU advertises, if it does.
 *                          What passes between the last look at a clock before a disruption of the
 *                          counter and the first after it is not counted: nobody knows how long it was.
 *   nanosleep,             wait on these clocks: see below.
 *   clock_nanosleep
 *   clock_getres           how far a clock moves in one tick of the counter, at least 1 ns.
 *
 * These are shown by one clock that is steered (vmclock/steer.h): it starts at the page's time, or
 * the calibration's, and follows it by running up to 500 ppm faster or slower, so that a host that
 * steps its clock does not step these. They step where the counter was disrupted, or the page changes to
 * another kind of time. The readings below are what the page says at that moment, with its bounds.
 *
 * The first of these calls looks for the page. A program on a platform of its own defines
 * vmclock_newlib_find (below), or calls vmclock_newlib_init at its start.
 *
 * errno after a failure, by the VMCLOCK_ERR_* behind it, which vmclock_newlib_error returns:
 *   ENODEV     there is no page, or the firmware's tables do not lead to it
 *   ENODATA    UNSYNCHRONISED, STALE: the page's publisher vouches for no time now; DISRUPTED
 *   EAGAIN     BUSY: the page, or a clock, was in update in each of the tries that max_tries of the
 *              page's handle allows (vmclock/page.h); NOT_YET: a sleep that the clock did not follow
 *   ENOTSUP    NO_CLOCK, COUNTER, NO_EPOCH, TAI_OFFSET, LEAP, LEAP_HORIZON, SMEAR: the page does not
 *              tell this, or not with this CPU's counter
 *   EIO        MAGIC, VERSION, SIZE, CHANGED, TIME_TYPE, PERIOD, MISALIGNED: the page is damaged
 *   EOVERFLOW  RANGE: the time does not fit
 *   EINVAL     an unknown clock, or another wrong argument
 *
 * Any number of CPUs may call these functions at once, and interrupt handlers may that interrupt any of
 * them. Readers have no lock. What is to be updated for all, once a second or after an update of the
 * page, is so by one of those who find that, and takes some microseconds; meanwhile the others make
 * their tries, and then fail with BUSY: nobody waits for anybody without that bound. An interrupt
 * handler that interrupts the update has BUSY at the end of its tries, so vmclock_newlib_try is for
 * these. The first call of all looks for the page, and others fail with BUSY until it has. errno and
 * vmclock_newlib_error are the program's, not the CPU's, unless newlib was given a __getreent.
 *
 * CLOCK_MONOTONIC is not before any time of it that was given before, on whichever CPU. The others are
 * not either, while they do not step and as far as the CPUs' counters agree.
 */
#ifndef VMCLOCK_NEWLIB_H
#define VMCLOCK_NEWLIB_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>
#include <vmclock/clock.h>
#include <vmclock/page.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What newlib's <time.h> keeps from programs on systems that it does not know. */
#ifndef CLOCK_MONOTONIC
#define CLOCK_MONOTONIC ((clockid_t)4)
#endif
#ifndef CLOCK_TAI
#define CLOCK_TAI ((clockid_t)11)
#endif
#ifndef _POSIX_TIMERS
int clock_gettime(clockid_t clock, struct timespec *now);
int clock_getres(clockid_t clock, struct timespec *resolution);
int nanosleep(const struct timespec *request, struct timespec *rest);
#endif
#ifndef _POSIX_CLOCK_SELECTION
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *rest);
#endif
#ifndef TIMER_ABSTIME
#define TIMER_ABSTIME 4
#endif

/*
 * nanosleep, clock_nanosleep: wait with the CPU's pauses until so much time has passed, or with
 * TIMER_ABSTIME until the clock is at request or past it; never shorter. As POSIX has them:
 * nanosleep is clock_nanosleep on CLOCK_REALTIME, which returns 0 or the errno, with errno untouched.
 *
 * Without TIMER_ABSTIME it is CLOCK_MONOTONIC that is waited on, whatever the clock: a step of the
 * others, a leap second too, neither shortens nor lengthens the sleep. With TIMER_ABSTIME a step counts
 * when it is seen: within 1 ms.
 *
 * There are no signals, so only a failure ends a sleep too early. rest, where it is not null and
 * TIMER_ABSTIME is not set, is then what was left, as far as the clock could be read.
 *     EINVAL  an unknown clock, tv_sec below 0, tv_nsec not in 0 to 999,999,999
 *     EAGAIN  NOT_YET: the counter stands still, went back, or is far behind that of another CPU, so that
 *             the clock does not advance; found within 100 looks, of 1 ms at most while the counter runs
 * or an error of clock_gettime of the clock that is waited on: where the page disappears while
 * CLOCK_REALTIME is waited for, that is its end.
 */

/*
 * Uses a page that the program has opened itself, in place of one that would be looked for.
 *
 * clk: stays where it is as long as clocks are read; its limits (max_tries, max_age_sec) count. Null:
 *     there is no page. boot_ticks: the counter value at which CLOCK_MONOTONIC was 0.
 *
 * Also after a change to the limits, and when another page takes the place of the first;
 * CLOCK_MONOTONIC then goes on from where it was, and the others start anew. While this function runs,
 * no CPU may be in another one of this file or of <time.h>; nor may it interrupt one.
 */
void vmclock_newlib_init(const struct vmclock *clk, uint64_t boot_ticks);

/*
 * Goes by a calibrated snapshot (vmclock/calibrate.h), where the page has no clock of its own. After a
 * disruption of the counter UTC and TAI fail with VMCLOCK_ERR_DISRUPTED until this is called again: at
 * any time, whatever other CPUs do.
 *
 * calibrated: by the page that newlib uses; stays where it is and as it is, also after another one has
 * taken its place, as long as a CPU may be reading it. Null: by the page again.
 */
void vmclock_newlib_calibrate(const struct vmclock_snapshot *calibrated);

/*
 * Looks for the page; called by the first function that needs it, unless vmclock_newlib_init was. The
 * archive's own asks the machine (platform.h). A program that defines this function gets its own
 * called, and needs no platform.h.
 *
 * clk: to be opened, by vmclock_open. boot_ticks: to be set, also on failure.
 * Returns 0 or why there is no page: a VMCLOCK_ERR_*.
 */
int vmclock_newlib_find(struct vmclock *clk, uint64_t *boot_ticks);

/* A time in a scale that is said where it is returned. in_leap_second: UTC only; the time of day is
 * 23:59:60, whose count is that of 23:59:59. */
struct vmclock_newlib_time {
    struct timespec time;
    uint8_t in_leap_second;
};

/*
 * The time now and the interval in which it lies, each end rounded outwards to 1 ns. With a bound_kind
 * (enum vmclock_bound_kind) of NONE nothing bounds it: earliest and latest are then all 0.
 */
struct vmclock_newlib_reading {
    struct vmclock_newlib_time now, earliest, latest;
    uint8_t bound_kind;
};

/* Each returns 0, or -1 with errno set and *reading untouched. */
int vmclock_newlib_utc(struct vmclock_newlib_reading *reading);
int vmclock_newlib_tai(struct vmclock_newlib_reading *reading);

/*
 * UTC with leap seconds smeared (vmclock/smear.h), as a POSIX count.
 *
 * smear_hint: enum vmclock_smear_hint, or VMCLOCK_NEWLIB_SMEAR_HINT for the one that the page names.
 */
#define VMCLOCK_NEWLIB_SMEAR_HINT (-1)
int vmclock_newlib_smeared(int smear_hint, struct vmclock_newlib_reading *reading);

/*
 * As clock_gettime, with one try whatever max_tries is, and beside errno: for interrupt handlers and
 * whoever else must not wait, and where errno is of all CPUs.
 *
 * Returns 0, or a VMCLOCK_ERR_* with *now untouched; BUSY also where it interrupts, or meets, an update
 * of the page or of a clock. errno and vmclock_newlib_error stay as they are.
 */
int vmclock_newlib_try(clockid_t clock, struct timespec *now);

/* Why the last function of this file or of <time.h> failed, a VMCLOCK_ERR_*; 0 if it did not.
 * vmclock_error_text says it in a sentence. */
int vmclock_newlib_error(void);

/* The errno of a VMCLOCK_ERR_*, as listed above; 0 for 0. */
int vmclock_newlib_errno(int error);

#ifdef __cplusplus
}
#endif
#endif
