/* SPDX-License-Identifier: BSD-2-Clause */
/* newlib's clocks from pages and counters of the test's own: what they say, and when they fail. */
#include <errno.h>
#include "page.h"

static int find_error, find_calls;

int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    find_calls++;
    *boot_ticks = 4ull * SEC;
    return find_error ? find_error : open_page(found);
}

static int setup(void **state)
{
    (void)state;
    start_clocks();
    return 0;
}

/* Nobody has called vmclock_newlib_init: this is the first test. cmocka may have read a clock. */
static void test_finds(void **state)
{
    struct timespec now;

    (void)state;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), -1);
    assert_int_equal(errno, ENODEV);
    assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_AML);
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

/* At once where the page is read, and in time where users are shown a clock that never steps. */
static void test_update_is_noticed(void **state)
{
    struct vmclock_newlib_reading reading;

    (void)state;
    assert_time(get(CLOCK_TAI), NOON, 0);
    update(0x48, 8, NOON - 5);
    assert_int_equal(vmclock_newlib_tai(&reading), 0);
    assert_time(reading.now.time, NOON - 5, 0);
    assert_time(get(CLOCK_TAI), NOON, 0);
    ticks += 2000ull * SEC + SEC / 2; /* 500 ppm slower, so 1 s nearer */
    assert_int_equal(get(CLOCK_TAI).tv_sec, NOON + 1999);
    ticks += 8001ull * SEC;
    assert_int_equal(get(CLOCK_TAI).tv_sec, NOON - 5 + 10001);
    update(0x24, 2, 37);
    assert_int_equal(get(CLOCK_REALTIME).tv_sec, NOON - 5 + 10001 - 37);
}

/* What cannot be steered over is stepped over. */
static void test_steps(void **state)
{
    (void)state;
    assert_time(get(CLOCK_TAI), NOON, 0);
    update(0x48, 8, NOON - 5);
    update(0x10, 8, 99);
    assert_time(get(CLOCK_TAI), NOON - 5, 0);
    update(0x48, 8, NOON - UTC_BEFORE + 60 * 86400);
    update(0x18, 8, FLAG_RATE | FLAG_ERROR);
    update(0x0b, 1, 0); /* UTC of a month of which the page before knew nothing, and no TAI */
    assert_time(get(CLOCK_REALTIME), NOON - UTC_BEFORE + 60 * 86400, 0);
    assert_fails(CLOCK_TAI, VMCLOCK_ERR_TAI_OFFSET, ENOTSUP);
}

static void assert_both(int64_t tai_sec, int64_t utc_sec, int64_t ns)
{
    assert_time(get(CLOCK_TAI), tai_sec, ns);
    assert_time(get(CLOCK_REALTIME), utc_sec, ns);
}

/* What a UTC page does not tell of TAI for a while is known from before, and nothing steps. */
static void test_a_utc_page_without_tai(void **state)
{
    (void)state;
    update(0x0b, 1, 0);
    update(0x48, 8, NOON - UTC_BEFORE);
    assert_both(NOON, NOON - UTC_BEFORE, 0);
    since = get(CLOCK_MONOTONIC);
    update(0x18, 8, FLAG_RATE | FLAG_ERROR); /* the offset is lost, ... */
    update(0x48, 8, NOON - UTC_BEFORE - 5);  /* ... and the host steps */
    assert_both(NOON, NOON - UTC_BEFORE, 0);
    ticks += 2ull * SEC;
    assert_elapsed(1, SEC - 1000000); /* 500 ppm slower, and no step */
    assert_both(NOON + 1, NOON - UTC_BEFORE + 1, SEC - 1000001);
    update(0x18, 8, FLAG_TAI | FLAG_RATE | FLAG_ERROR);
    assert_both(NOON + 1, NOON - UTC_BEFORE + 1, SEC - 1000001);
}

/* A host that steps before 23:59:60 is not stepped after in it either. */
static void test_a_utc_page_in_its_leap_second(void **state)
{
    (void)state;
    update(0x0b, 1, 0);
    update(0x28, 8, (10ull + LEAP - NOON) * SEC);
    update(0x48, 8, LEAP - UTC_BEFORE);
    ticks = (10ull + LEAP - NOON) * SEC - SEC / 2;
    assert_int_equal(get(CLOCK_TAI).tv_sec, LEAP - 1);
    ticks += SEC;
    since = get(CLOCK_MONOTONIC);
    update(0x26, 1, 3);                     /* POS, ... */
    update(0x48, 8, LEAP - UTC_BEFORE - 1); /* ... counted as 23:59:59, ... */
    update(0x50, 8, UINT64_C(1) << 63);     /* ... and half a second ahead */
    assert_int_equal(get(CLOCK_TAI).tv_sec, LEAP);
    assert_int_equal(get(CLOCK_REALTIME).tv_sec, LEAP - UTC_BEFORE - 1);
    assert_in_range(get(CLOCK_TAI).tv_nsec, SEC / 2 - 2, SEC / 2 + 2);
    ticks += SEC / 4;
    assert_elapsed(0, SEC / 4 + 125000);
    ticks += SEC / 4 + SEC / 8;
    assert_int_equal(get(CLOCK_TAI).tv_sec, LEAP + 1);
    assert_int_equal(get(CLOCK_REALTIME).tv_sec, LEAP - UTC_BEFORE);
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

static void test_monotonic(void **state)
{
    (void)state;
    since = get(CLOCK_MONOTONIC);
    ticks += 3ull * SEC;
    assert_elapsed(3, 0);
    update(0x48, 8, NOON - 1000); /* a host that steps: from now on 500 ppm slower */
    assert_elapsed(0, 0);
    ticks += SEC;
    assert_elapsed(0, 999500000);
    update(0x30, 8, GHZ_PERIOD / 2); /* the counter is found to run at 2 GHz: from now on */
    assert_elapsed(0, 0);
    ticks += 4ull * SEC;
    assert_elapsed(1, 999000000);
    ticks -= SEC; /* a counter of another CPU, that lags */
    assert_elapsed(0, 0);
    ticks += 3ull * SEC;
    assert_elapsed(0, 999500000);
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
        cmocka_unit_test_setup(test_steps, setup),
        cmocka_unit_test_setup(test_a_utc_page_without_tai, setup),
        cmocka_unit_test_setup(test_a_utc_page_in_its_leap_second, setup),
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

    find_error = VMCLOCK_ERR_AML;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
