/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sleep.c - waits on the clocks: the clock says whether it is time, and meanwhile the counter is waited
 * for, in chunks that end before the clock can have come there.
 */
#include <vmclock/calibrate.h>
#include <vmclock/deadline.h>
#include <vmclock/error.h>
#include <vmclock/newlib.h>
#include <vmclock/raw.h>
#include "boot/bare/newlib/now.h"

#define NS_PER_SEC 1000000000
#define CHUNK_NS 1000000  /* after so much the clock is looked at, as it may have stepped */
#define RATE_SHIFT 10     /* the clock runs faster than its pace by 2^-10 at most */
#define STOOD_MOST 100    /* looks that do not find the clock later than the one before */
#define WAITER_TRIES 4096 /* a tick takes fewer looks at the counter than that */

static int is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* later - earlier, which it is not before. */
static struct timespec distance(const struct timespec *earlier, const struct timespec *later)
{
    struct timespec d = {later->tv_sec - earlier->tv_sec, later->tv_nsec - earlier->tv_nsec};

    if (d.tv_nsec < 0) {
        d.tv_nsec += NS_PER_SEC;
        d.tv_sec--;
    }
    return d;
}

/* a + b, or what no clock ever reaches. */
static struct timespec sum(const struct timespec *a, const struct timespec *b)
{
    struct timespec s = {0, a->tv_nsec + b->tv_nsec};
    const int carry = s.tv_nsec >= NS_PER_SEC;

    s.tv_nsec -= carry ? NS_PER_SEC : 0;
    if (__builtin_add_overflow(a->tv_sec, b->tv_sec, &s.tv_sec) ||
        __builtin_add_overflow(s.tv_sec, carry, &s.tv_sec))
        s.tv_sec = (time_t)INT64_MAX;
    return s;
}

/*
 * Opens the counter that the clocks go by, without the page: whether that is busy or damaged, or was
 * disrupted, is for the clock to say.
 */
static int open_waiter(struct vmclock *waiter)
{
    struct now_setup setup;
    int error = now_setup(&setup);

    if (!error)
        error = vmclock_open_without_page(
            waiter, setup.clk && setup.clk->counter.read ? &setup.clk->counter : NULL);
    waiter->max_tries = WAITER_TRIES;
    return error;
}

/* Waits until so much time may have passed, if that can be told in ticks. */
static void wait_for(const struct vmclock *waiter, int64_t left_ns)
{
    struct now_setup setup;
    struct vmclock_snapshot now, pace;
    struct vmclock_time left;
    struct vmclock_deadline deadline;

    if (now_setup(&setup))
        return;
    setup.tries = 1; /* a page that is busy has a pace from before */
    if (now_pace(&setup, &pace) || vmclock_take_snapshot(waiter, &now))
        return;
    pace.have |= VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_PERIOD_MAXERROR;
    pace.maxerror_ns = 0;
    pace.period_maxerror_frac = pace.period_frac >> RATE_SHIFT;
    pace.disruption_marker = now.disruption_marker;
    pace.ref_counter = now.counter;
    pace.ref_sec = 0;
    pace.ref_frac64 = 0;
    vmclock_time_from_ns(left_ns, &left);
    if (!vmclock_raw_deadline_possibly(&pace, &left, &deadline))
        (void)vmclock_wait(waiter, &deadline, deadline.counter - now.counter);
}

/* *now: as the clock was read last. */
static int sleep_until(clockid_t clock, const struct timespec *until, struct timespec *now)
{
    struct vmclock waiter;
    int error = open_waiter(&waiter);

    for (unsigned stood = 0; !error && is_before(now, until);) {
        const struct timespec before = *now, left = distance(now, until);

        wait_for(&waiter, left.tv_sec || left.tv_nsec > CHUNK_NS ? CHUNK_NS : left.tv_nsec);
        error = now_clock(clock, 0, now);
        stood = is_before(&before, now) ? 0 : stood + 1;
        if (!error && stood == STOOD_MOST)
            error = VMCLOCK_ERR_NOT_YET;
    }
    return error;
}

/* Elsewhere a nanosecond more: what the clock is asked for is rounded otherwise than CLOCK_MONOTONIC. */
static int sleep_for(clockid_t clock, const struct timespec *request, struct timespec *rest)
{
    const struct timespec rounding = {0, clock != CLOCK_MONOTONIC};
    const struct timespec asked = *request; /* rest may be the same */
    struct timespec now, until;
    int error = now_clock(CLOCK_MONOTONIC, 0, &now);

    if (error) {
        if (rest)
            *rest = asked;
        return error;
    }
    until = sum(&now, &asked);
    until = sum(&until, &rounding);
    error = sleep_until(CLOCK_MONOTONIC, &until, &now);
    if (error && rest)
        *rest = distance(&now, &until);
    return error;
}

static int sleep_on(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *rest)
{
    struct timespec now;
    int error;

    if (!now_is_clock(clock) || request->tv_sec < 0 || request->tv_nsec < 0 ||
        request->tv_nsec >= NS_PER_SEC)
        return VMCLOCK_ERR_ARGUMENT;
    if (!(flags & TIMER_ABSTIME))
        return sleep_for(clock, request, rest);
    error = now_clock(clock, 0, &now);
    return error ? error : sleep_until(clock, request, &now);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *rest)
{
    return now_number(sleep_on(clock, flags, request, rest));
}

int nanosleep(const struct timespec *request, struct timespec *rest)
{
    return now_end(sleep_on(CLOCK_REALTIME, 0, request, rest));
}
