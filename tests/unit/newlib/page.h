/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - a page and a counter of the test's own, and what newlib's clocks are to say of them.
 */
#ifndef NEWLIB_PAGE_H
#define NEWLIB_PAGE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <cmocka.h>
#include <vmclock/error.h>
#include <vmclock/newlib.h>

#define GHZ_PERIOD 0x89705f4136b4a597u /* of a counter of 1 GHz, with a shift of 29 */
#define SEC 1000000000u                /* ticks */
#define NOON 1483185636                /* TAI: 2016-12-31 12:00:00 UTC */
#define LEAP 1483228836                /* TAI: 23:59:60 */
#define UTC_BEFORE 36                  /* TAI minus UTC before it */

enum { FLAG_TAI = 1, FLAG_RATE = 1 << 4, FLAG_ERROR = 1 << 6 };

static struct {
    uint64_t align;
    unsigned char bytes[4088];
} page;
static uint64_t ticks;

static inline unsigned char *bytes(void)
{
    return (unsigned char *)&page;
}

static inline void put(unsigned offset, unsigned length, uint64_t value)
{
    for (unsigned i = 0; i < length; i++)
        bytes()[offset + i] = (unsigned char)(value >> 8 * i);
}

/* As a publisher does, with another sequence count. */
static inline void update(unsigned offset, unsigned length, uint64_t value)
{
    put(offset, length, value);
    put(0x0c, 4, (uint64_t)bytes()[0x0c] + 2);
}

static inline uint64_t read_ticks(void *context)
{
    (void)context;
    return ticks;
}

/* TAI noon at 10 s of a counter of 1 GHz, good to 1 us, before a positive leap second. */
static inline void make_page(void)
{
    memset(&page, 0, sizeof(page));
    put(0x00, 4, 0x4b4c4356);
    put(0x04, 4, sizeof(page));
    put(0x08, 2, 1);
    put(0x0a, 1, 1);
    put(0x0b, 1, 1); /* TAI */
    put(0x0c, 4, 2);
    put(0x10, 8, 7);
    put(0x18, 8, FLAG_TAI | FLAG_RATE | FLAG_ERROR);
    put(0x22, 1, 2); /* SYNCHRONIZED */
    put(0x24, 2, UTC_BEFORE);
    put(0x26, 1, 1); /* PRE_POS */
    put(0x27, 1, 29);
    put(0x28, 8, 10ull * SEC);
    put(0x30, 8, GHZ_PERIOD);
    put(0x48, 8, NOON);
    put(0x60, 8, 1000);
}

static inline int open_page(struct vmclock *opened)
{
    const struct vmclock_counter counter = {read_ticks, NULL, 1};
    int error = vmclock_open_with_counter(opened, &page, sizeof(page), &counter);

    opened->max_tries = 3;
    return error;
}

static struct vmclock clk;

/* newlib's clocks on the page. */
static inline void start_clocks(void)
{
    make_page();
    ticks = 10ull * SEC;
    assert_int_equal(open_page(&clk), 0);
    vmclock_newlib_init(&clk, 4ull * SEC);
}

static inline struct timespec get(clockid_t clock)
{
    struct timespec now;

    assert_int_equal(clock_gettime(clock, &now), 0);
    assert_int_equal(vmclock_newlib_error(), 0);
    return now;
}

static inline void assert_time(struct timespec time, int64_t sec, int64_t ns)
{
    assert_int_equal(time.tv_sec, sec);
    assert_int_equal(time.tv_nsec, ns);
}

static inline void assert_fails(clockid_t clock, int error, int number)
{
    struct timespec now = {11, 22};

    errno = 0;
    assert_int_equal(clock_gettime(clock, &now), -1);
    assert_int_equal(errno, number);
    assert_int_equal(vmclock_newlib_error(), error);
    assert_time(now, 11, 22);
}

/* The clock starts with the first init of the program, and the tests share it: so by differences. */
static struct timespec since;

static inline void assert_elapsed(int64_t sec, int64_t ns)
{
    struct timespec now = get(CLOCK_MONOTONIC);
    const int64_t elapsed =
        (now.tv_sec - since.tv_sec) * (int64_t)SEC + now.tv_nsec - since.tv_nsec;
    const int64_t wrong = elapsed - (sec * (int64_t)SEC + ns);

    assert_in_range(wrong + 2, 0, 4);
    since = now;
}

#endif
