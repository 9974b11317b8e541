/* SPDX-License-Identifier: BSD-2-Clause */
/* newlib's clocks from pages and counters of the test's own: what they say, and when they fail. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sys/time.h>
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
static struct vmclock clk;
static int find_error, find_calls;

static unsigned char *bytes(void)
{
    return (unsigned char *)&page;
}

static void put(unsigned offset, unsigned length, uint64_t value)
{
    for (unsigned i = 0; i < length; i++)
        bytes()[offset + i] = (unsigned char)(value >> 8 * i);
}

/* As a publisher does, with another sequence count. */
static void update(unsigned offset, unsigned length, uint64_t value)
{
    put(offset, length, value);
    put(0x0c, 4, (uint64_t)bytes()[0x0c] + 2);
}

static uint64_t read_ticks(void *context)
{
    (void)context;
    return ticks;
}

/* TAI noon at 10 s of a counter of 1 GHz, good to 1 us, before a positive leap second. */
static void make_page(void)
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

static int open_page(struct vmclock *opened)
{
    const struct vmclock_counter counter = {read_ticks, NULL, 1};
    int error = vmclock_open_with_counter(opened, &page, sizeof(page), &counter);

    opened->max_tries = 3;
    return error;
}

int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    find_calls++;
    *boot_ticks = 4ull * SEC;
    return find_error ? find_error : open_page(found);
}

static int setup(void **state)
{
    (void)state;
    make_page();
    ticks = 10ull * SEC;
    assert_int_equal(open_page(&clk), 0);
    vmclock_newlib_init(&clk, 4ull * SEC);
    return 0;
}

static struct timespec get(clockid_t clock)
{
    struct timespec now;

    assert_int_equal(clock_gettime(clock, &now), 0);
    assert_int_equal(vmclock_newlib_error(), 0);
    return now;
}

static void assert_time(struct timespec time, int64_t sec, int64_t ns)
{
    assert_int_equal(time.tv_sec, sec);
    assert_int_equal(time.tv_nsec, ns);
}

static void assert_fails(clockid_t clock, int error, int number)
{
    struct timespec now = {11, 22};

    errno = 0;
    assert_int_equal(clock_gettime(clock, &now), -1);
    assert_int_equal(errno, number);
    assert_int_equal(vmclock_newlib_error(), error);
    assert_time(now, 11, 22);
}

/* Nobody has called vmclock_newlib_init: this is the first test. cmocka may have read a clock. */
static void test_finds(void **state)
{
    struct timespec now;

    (void)state;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), -1);
    assert_int_equal(errno, ENODEV);
    assert_int_equal(clock_gettime(CLOCK_TAI, &now), -1);
    assert_int_equal(find_calls, 1);
}

static void test_scales(void **state)
{
    struct timeval now;

    (void)state;
    assert_time(get(CLOCK_REALTIME), NOON - UTC_BEFORE, 0);
    assert_time(get(CLOCK_TAI), NOON, 0);
    ticks += SEC / 4 + 7;
    assert_time(get(CLOCK_TAI), NOON, SEC / 4 + 6); /* rounded down: the period is */
    assert_int_equal(gettimeofday(&now, NULL), 0);
    assert_int_equal(now.tv_sec, NOON - UTC_BEFORE);
    assert_int_equal(now.tv_usec, 250000);
}

static void test_update_is_noticed(void **state)
{
    (void)state;
    assert_time(get(CLOCK_TAI), NOON, 0);
    update(0x48, 8, NOON + 5);
    assert_time(get(CLOCK_TAI), NOON + 5, 0);
    update(0x24, 2, 37);
    assert_time(get(CLOCK_REALTIME), NOON + 5 - 37, 0);
}

static void test_leap_second(void **state)
{
    struct vmclock_newlib_reading reading;

    (void)state;
    ticks = (10ull + LEAP - NOON) * SEC + SEC / 2;
    assert_time(get(CLOCK_REALTIME), LEAP - UTC_BEFORE - 1, SEC / 2 - 1);
    assert_int_equal(vmclock_newlib_utc(&reading), 0);
    assert_int_equal(reading.now.in_leap_second, 1);
    assert_time(reading.now.time, LEAP - UTC_BEFORE - 1, SEC / 2 - 1);
    assert_int_equal(reading.bound_kind, VMCLOCK_BOUND_MAXIMUM);
    ticks += SEC;
    assert_time(get(CLOCK_REALTIME), LEAP - UTC_BEFORE, SEC / 2 - 1);
    assert_int_equal(vmclock_newlib_utc(&reading), 0);
    assert_int_equal(reading.now.in_leap_second, 0);
}

/* The interval around the start of the leap second: each end has a label of its own, and is rounded
 * outwards. */
static void test_interval_over_leap_second(void **state)
{
    struct vmclock_newlib_reading reading;

    (void)state;
    ticks = (10ull + LEAP - NOON) * SEC;
    assert_int_equal(vmclock_newlib_utc(&reading), 0);
    assert_int_equal(reading.earliest.in_leap_second, 0);
    assert_time(reading.earliest.time, LEAP - UTC_BEFORE - 1, SEC - 1001);
    assert_int_equal(reading.latest.in_leap_second, 1);
    assert_time(reading.latest.time, LEAP - UTC_BEFORE - 1, 1000);
    ticks -= 1000; /* the end is at 23:59:59 and 999,999,999.99... ns: 23:59:60 */
    assert_int_equal(vmclock_newlib_utc(&reading), 0);
    assert_int_equal(reading.latest.in_leap_second, 1);
    assert_time(reading.latest.time, LEAP - UTC_BEFORE - 1, 0);
}

static void test_smeared(void **state)
{
    struct vmclock_newlib_reading reading;

    (void)state;
    ticks = (10ull + LEAP - NOON) * SEC + SEC / 2;
    /* The page's hint is none: the POSIX count. */
    assert_int_equal(vmclock_newlib_smeared(VMCLOCK_NEWLIB_SMEAR_HINT, &reading), 0);
    assert_time(reading.now.time, LEAP - UTC_BEFORE - 1, SEC / 2 - 1);
    assert_int_equal(vmclock_newlib_smeared(VMCLOCK_SMEAR_HINT_NOON_LINEAR, &reading), 0);
    assert_time(reading.now.time, LEAP - UTC_BEFORE - 1, SEC - 1);
    assert_int_equal(reading.latest.time.tv_sec, LEAP - UTC_BEFORE);
    assert_int_equal(vmclock_newlib_smeared(VMCLOCK_SMEAR_HINT_UTC_SLS, &reading), 0);
    assert_time(reading.now.time, LEAP - UTC_BEFORE - 1, 500499999);
    update(0x23, 1, VMCLOCK_SMEAR_HINT_UTC_SLS);
    assert_int_equal(vmclock_newlib_smeared(VMCLOCK_NEWLIB_SMEAR_HINT, &reading), 0);
    assert_time(reading.now.time, LEAP - UTC_BEFORE - 1, 500499999);
    assert_int_equal(vmclock_newlib_smeared(99, &reading), -1);
    assert_int_equal(errno, ENOTSUP);
    assert_int_equal(vmclock_newlib_smeared(256, &reading), -1);
    assert_int_equal(errno, EINVAL);
}

static void test_no_bound(void **state)
{
    struct vmclock_newlib_reading reading;

    (void)state;
    update(0x18, 8, FLAG_TAI);
    memset(&reading, 0x55, sizeof(reading));
    assert_int_equal(vmclock_newlib_tai(&reading), 0);
    assert_int_equal(reading.bound_kind, VMCLOCK_BOUND_NONE);
    assert_time(reading.now.time, NOON, 0);
    assert_time(reading.earliest.time, 0, 0);
    assert_time(reading.latest.time, 0, 0);
}

static void test_failures(void **state)
{
    struct vmclock_newlib_reading reading, before;

    (void)state;
    update(0x22, 1, 4); /* UNRELIABLE */
    assert_fails(CLOCK_REALTIME, VMCLOCK_ERR_UNSYNCHRONISED, ENODATA);
    memset(&reading, 0x55, sizeof(reading));
    before = reading;
    assert_int_equal(vmclock_newlib_utc(&reading), -1);
    assert_memory_equal(&reading, &before, sizeof(reading));
    update(0x22, 1, 2);
    assert_time(get(CLOCK_TAI), NOON, 0);
    put(0x0c, 4, 99);
    assert_fails(CLOCK_TAI, VMCLOCK_ERR_BUSY, EAGAIN);
    put(0x0c, 4, 100);
    update(0x18, 8, FLAG_RATE | FLAG_ERROR); /* no offset: a TAI page has no UTC */
    assert_fails(CLOCK_REALTIME, VMCLOCK_ERR_TAI_OFFSET, ENOTSUP);
    assert_int_equal(vmclock_newlib_utc(&reading), -1);
    assert_memory_equal(&reading, &before, sizeof(reading));
    assert_time(get(CLOCK_TAI), NOON, 0);
    assert_fails((clockid_t)99, VMCLOCK_ERR_ARGUMENT, EINVAL);
    vmclock_newlib_init(NULL, 0);
    assert_fails(CLOCK_REALTIME, VMCLOCK_ERR_NO_DEVICE, ENODEV);
}

/* The clock starts with the first init of the program, and the tests share it: so by differences. */
static struct timespec since;

static void assert_elapsed(int64_t sec, int64_t ns)
{
    struct timespec now = get(CLOCK_MONOTONIC);
    const int64_t elapsed =
        (now.tv_sec - since.tv_sec) * (int64_t)SEC + now.tv_nsec - since.tv_nsec;
    const int64_t wrong = elapsed - (sec * (int64_t)SEC + ns);

    assert_in_range(wrong + 2, 0, 4);
    since = now;
}

static void test_monotonic(void **state)
{
    (void)state;
    since = get(CLOCK_MONOTONIC);
    ticks += 3ull * SEC;
    assert_elapsed(3, 0);
    update(0x48, 8, NOON - 1000); /* a host that steps */
    ticks += SEC;
    assert_elapsed(1, 0);
    update(0x30, 8, GHZ_PERIOD / 2); /* the counter is found to run at 2 GHz: from now on */
    assert_elapsed(0, 0);
    ticks += 4ull * SEC;
    assert_elapsed(2, 0);
    ticks -= SEC; /* a counter of another CPU, that lags */
    assert_elapsed(0, 0);
    ticks += 3ull * SEC;
    assert_elapsed(1, 0);
}

static void test_monotonic_without_time(void **state)
{
    (void)state;
    since = get(CLOCK_MONOTONIC);
    update(0x22, 1, 4); /* UNRELIABLE: the pace that was known still holds */
    ticks += 2ull * SEC;
    assert_elapsed(2, 0);
    put(0x0c, 4, 99); /* BUSY */
    ticks += SEC;
    assert_elapsed(1, 0);
}

static void test_monotonic_over_disruption(void **state)
{
    (void)state;
    since = get(CLOCK_MONOTONIC);
    update(0x10, 8, 8);
    ticks = 5; /* restored: the counter starts anew */
    assert_elapsed(0, 0);
    ticks += 2ull * SEC;
    assert_elapsed(2, 0);
    update(0x22, 1, 4); /* disrupted again, while the page's clock is refused */
    update(0x10, 8, 9);
    ticks = 1ull << 60;
    assert_elapsed(0, 0);
    ticks += 2ull * SEC;
    assert_elapsed(2, 0);
}

static void test_resolution(void **state)
{
    struct timespec resolution = {9, 9};

    (void)state;
    assert_int_equal(clock_getres(CLOCK_REALTIME, &resolution), 0);
    assert_time(resolution, 0, 1);
    update(0x27, 1, 19); /* about 1 us a tick */
    assert_int_equal(clock_getres(CLOCK_TAI, &resolution), 0);
    assert_time(resolution, 0, 1024);
    assert_int_equal(clock_getres(CLOCK_MONOTONIC, &resolution), 0);
    assert_time(resolution, 0, 1024);
    assert_int_equal(clock_getres(CLOCK_MONOTONIC, NULL), 0);
    assert_int_equal(clock_getres((clockid_t)99, &resolution), -1);
    assert_int_equal(errno, EINVAL);
}

static void test_every_error_has_an_errno(void **state)
{
    static const int errors[] = {
#define CODE(code, NAME, name, text) code,
        VMCLOCK_ERRORS(CODE)
#undef CODE
    };

    (void)state;
    assert_int_equal(vmclock_newlib_errno(0), 0);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        assert_true(vmclock_newlib_errno(errors[i]) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds),
        cmocka_unit_test_setup(test_scales, setup),
        cmocka_unit_test_setup(test_update_is_noticed, setup),
        cmocka_unit_test_setup(test_leap_second, setup),
        cmocka_unit_test_setup(test_interval_over_leap_second, setup),
        cmocka_unit_test_setup(test_smeared, setup),
        cmocka_unit_test_setup(test_no_bound, setup),
        cmocka_unit_test_setup(test_failures, setup),
        cmocka_unit_test_setup(test_monotonic, setup),
        cmocka_unit_test_setup(test_monotonic_without_time, setup),
        cmocka_unit_test_setup(test_monotonic_over_disruption, setup),
        cmocka_unit_test_setup(test_resolution, setup),
        cmocka_unit_test(test_every_error_has_an_errno),
    };

    find_error = VMCLOCK_ERR_NO_DEVICE;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
