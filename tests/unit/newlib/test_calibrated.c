/* SPDX-License-Identifier: BSD-2-Clause */
/* newlib's clocks by a calibrated snapshot, with a disruption and with a page that has a clock too. */
#include <vmclock/calibrate.h>
#include "page.h"

static struct vmclock_snapshot calibrated;

int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    (void)found;
    *boot_ticks = 0;
    return VMCLOCK_ERR_NO_DEVICE;
}

/* UTC, and not the page's: a minute later. */
static void calibrate(void)
{
    const struct vmclock_time_source source = {.time_type = VMCLOCK_TIME_TYPE_UTC,
                                               .bound_by = VMCLOCK_BOUND_BY_CALLER,
                                               .clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING};
    const struct vmclock_calibration how = {.frequency_hz = SEC};
    struct vmclock_sample sample;

    assert_int_equal(vmclock_sample_begin(&clk, &sample), 0);
    assert_int_equal(vmclock_sample_end(&clk, &sample), 0);
    sample.earliest = (struct vmclock_time){NOON - UTC_BEFORE + 60, 0};
    sample.latest = sample.earliest;
    assert_int_equal(vmclock_calibrate(&source, &sample, 1, &how, &calibrated), 0);
    vmclock_newlib_calibrate(&calibrated);
}

static int setup(void **state)
{
    (void)state;
    start_clocks();
    calibrate();
    return 0;
}

static void reads(int64_t sec)
{
    struct vmclock_newlib_reading reading;

    assert_int_equal(vmclock_newlib_utc(&reading), 0);
    assert_time(reading.now.time, sec, 0);
}

static void test_and_the_page_again(void **state)
{
    (void)state;
    vmclock_newlib_calibrate(NULL);
    reads(NOON - UTC_BEFORE);
    vmclock_newlib_calibrate(&calibrated);
    reads(NOON - UTC_BEFORE + 60);
    vmclock_newlib_calibrate(NULL); /* the page has not changed meanwhile */
    reads(NOON - UTC_BEFORE);
    calibrated.counter = ticks; /* what looks like the page, and counts UTC */
    calibrated.seq = bytes()[0x0c];
    vmclock_newlib_calibrate(&calibrated);
    reads(NOON - UTC_BEFORE + 60);
}

/* Another reference is another time to go to, not to step to. */
static void test_steers(void **state)
{
    (void)state;
    assert_time(get(CLOCK_REALTIME), NOON - UTC_BEFORE + 60, 0);
    assert_fails(CLOCK_TAI, VMCLOCK_ERR_TAI_OFFSET, ENOTSUP);
    vmclock_newlib_calibrate(NULL);
    assert_time(get(CLOCK_REALTIME), NOON - UTC_BEFORE + 60, 0);
    ticks += 2000ull * SEC + SEC / 2; /* 500 ppm slower, so 1 s nearer */
    assert_int_equal(get(CLOCK_REALTIME).tv_sec, NOON - UTC_BEFORE + 60 + 1999);
}

static void test_disruption(void **state)
{
    (void)state;
    since = get(CLOCK_MONOTONIC);
    ticks += SEC;
    assert_elapsed(1, 0);
    update(0x10, 8, 8);
    ticks = 1ull << 60; /* on another machine */
    assert_fails(CLOCK_REALTIME, VMCLOCK_ERR_DISRUPTED, ENODATA);
    assert_elapsed(0, 0);
    ticks += 2ull * SEC;
    assert_elapsed(2, 0);
    calibrate();
    assert_time(get(CLOCK_REALTIME), NOON - UTC_BEFORE + 60, 0);
    ticks += SEC;
    assert_elapsed(1, 0);
}

/* A disruption that shows at first by an age, as the page is an old one. */
static void test_disruption_of_a_stale_page(void **state)
{
    (void)state;
    vmclock_newlib_calibrate(NULL);
    since = get(CLOCK_MONOTONIC);
    clk.max_age_sec = 100;
    update(0x10, 8, 9);
    ticks = 1ull << 60;
    assert_fails(CLOCK_REALTIME, VMCLOCK_ERR_STALE, ENODATA);
    assert_elapsed(0, 0);
    ticks += 2ull * SEC;
    assert_elapsed(2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_and_the_page_again, setup),
        cmocka_unit_test_setup(test_steers, setup),
        cmocka_unit_test_setup(test_disruption, setup),
        cmocka_unit_test_setup(test_disruption_of_a_stale_page, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
