/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clocks.c - the functions of <time.h> and <sys/time.h> that tell the time; newlib's own time() and all
 * that rests on it go by gettimeofday.
 */
#include <sys/time.h>
#include <vmclock/newlib.h>
#include "boot/bare/newlib/now.h"
#include "boot/bare/newlib/timespec.h"

#define NS_PER_SEC 1000000000

int _gettimeofday(struct timeval *restrict now, void *restrict zone);

int now_is_clock(clockid_t clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_TAI || clock == CLOCK_MONOTONIC;
}

static int get_steered(const struct now_setup *setup, clockid_t clock, struct timespec *now)
{
    struct vmclock_steer_reading reading;
    struct vmclock_utc_reading utc;
    struct vmclock_time label;
    int error = now_steered(setup, &reading, &utc);

    if (error)
        return error;
    if (clock == CLOCK_TAI)
        return utc.tai_error ? utc.tai_error : timespec_from(&utc.tai, 0, now);
    label.sec = utc.utc.posix_sec;
    label.frac64 = utc.utc.instant.frac64;
    return utc.utc.error ? utc.utc.error : timespec_from(&label, 0, now);
}

static int get_monotonic(const struct now_setup *setup, struct timespec *now)
{
    int64_t elapsed_ns;
    int error = now_since_boot(setup, &elapsed_ns);

    if (error)
        return error;
    now->tv_sec = (time_t)(elapsed_ns / NS_PER_SEC);
    now->tv_nsec = (long)(elapsed_ns % NS_PER_SEC);
    return 0;
}

int now_clock(clockid_t clock, int once, struct timespec *now)
{
    struct now_setup setup;
    int error = now_is_clock(clock) ? now_setup(&setup) : VMCLOCK_ERR_ARGUMENT;

    if (error)
        return error;
    if (once)
        setup.tries = 1;
    return clock == CLOCK_MONOTONIC ? get_monotonic(&setup, now) : get_steered(&setup, clock, now);
}

int vmclock_newlib_try(clockid_t clock, struct timespec *now)
{
    return now_clock(clock, 1, now);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    return now_end(now_clock(clock, 0, now));
}

static int get_tick(clockid_t clock, struct vmclock_reading *tick)
{
    struct now_setup setup;
    struct now_page page;
    int error = now_is_clock(clock) ? now_setup(&setup) : VMCLOCK_ERR_ARGUMENT;

    if (!error)
        error = clock == CLOCK_MONOTONIC ? now_pace(&setup, &page.snapshot)
                                         : now_read_page(&setup, &page);
    if (error)
        return error;
    page.snapshot.ref_counter = 0;
    page.snapshot.ref_sec = 0;
    page.snapshot.ref_frac64 = 0;
    return vmclock_at(&page.snapshot, 1, tick);
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
    struct vmclock_reading tick;
    int error = get_tick(clock, &tick);

    if (error || !resolution)
        return now_end(error);
    if (!tick.time.sec && !tick.time.frac64)
        tick.time.frac64 = 1; /* less than can be told is 1 ns, too */
    return now_end(timespec_from(&tick.time, 1, resolution));
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;

    (void)zone; /* of no use since the last century */
    if (clock_gettime(CLOCK_REALTIME, &exact))
        return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = (suseconds_t)(exact.tv_nsec / 1000);
    return 0;
}

/* The name that newlib calls depends on the target. */
int _gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    return gettimeofday(now, zone);
}
