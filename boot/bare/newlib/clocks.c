/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clocks.c - the functions of <time.h> and <sys/time.h>; newlib's own time() and all that rests on it
 * go by gettimeofday.
 */
#include <sys/time.h>
#include <vmclock/newlib.h>
#include "boot/bare/newlib/now.h"
#include "boot/bare/newlib/timespec.h"

int _gettimeofday(struct timeval *restrict now, void *restrict zone);

static int get_realtime(struct timespec *now)
{
    struct vmclock_utc utc;
    struct vmclock_time label;
    int error = now_steered_utc(&utc);

    if (error)
        return error;
    label.sec = utc.posix_sec;
    label.frac64 = utc.frac64;
    return timespec_from(&label, 0, now);
}

static int get_tai(struct timespec *now)
{
    struct vmclock_time tai;
    int error = now_steered_tai(&tai);

    return error ? error : timespec_from(&tai, 0, now);
}

static int get_monotonic(struct timespec *now)
{
    struct vmclock_time elapsed;
    int error = now_since_boot(&elapsed);

    return error ? error : timespec_from(&elapsed, 0, now);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (clock == CLOCK_REALTIME)
        return now_end(get_realtime(now));
    if (clock == CLOCK_TAI)
        return now_end(get_tai(now));
    if (clock == CLOCK_MONOTONIC)
        return now_end(get_monotonic(now));
    return now_end(VMCLOCK_ERR_ARGUMENT);
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
    struct vmclock_time tick;
    int error;

    if (clock != CLOCK_REALTIME && clock != CLOCK_TAI && clock != CLOCK_MONOTONIC)
        return now_end(VMCLOCK_ERR_ARGUMENT);
    error = now_tick(clock == CLOCK_MONOTONIC, &tick);
    if (error || !resolution)
        return now_end(error);
    if (!tick.sec && !tick.frac64)
        tick.frac64 = 1; /* less than can be told is 1 ns, too */
    return now_end(timespec_from(&tick, 1, resolution));
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
