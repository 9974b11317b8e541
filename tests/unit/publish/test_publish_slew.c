/* SPDX-License-Identifier: BSD-2-Clause */
/* How fast a page's line may be wrong: what the user says, until a sample or adjtimex contradicts it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/timex.h>
#include <cmocka.h>
#include "boot/linux/publish/slew.h"

#define SEC INT64_C(1000000000)
#define MS INT64_C(1000000)
#define LIMIT_PPB 20000
#define TOLERANCE_PPB 500000

static const struct host_rate rate = {2000000000, 1000000000, 100};
static struct host_kernel kernel;
static struct host_sample last, now;
static struct slew slew;

static int start(void **state)
{
    (void)state;
    kernel = (struct host_kernel){.tolerance_ppb = TOLERANCE_PPB, .tick_us = 10000};
    slew = (struct slew){.limit_ppb = LIMIT_PPB};
    now = (struct host_sample){1000, 1200, SEC, 5 * SEC};
    return 0;
}

/* 100 ms later by MONOTONIC and the counter, and so many ns more by REALTIME. */
static uint32_t after(int64_t more_ns)
{
    last = now;
    now.before_ticks += (uint64_t)(200 * MS);
    now.after_ticks += (uint64_t)(200 * MS);
    now.realtime_ns += 100 * MS + more_ns;
    now.monotonic_ns += 100 * MS;
    slew_sample(&slew, &rate, &last, &now, &kernel);
    return slew_host_ppb(&slew, &kernel, now.monotonic_ns);
}

static void the_users_word(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(after(i % 2 ? 2000 : -2000), LIMIT_PPB);
    slew.limit_ppb = 0;
    assert_int_equal(after(40000), TOLERANCE_PPB);
}

/* 100 ppm in 100 ms are 10 us. */
static void contradicted_by_a_sample(void **state)
{
    (void)state;
    assert_int_equal(after(0), LIMIT_PPB);
    assert_int_equal(after(-10000), TOLERANCE_PPB);
    for (int i = 0; i < 99; i++)
        assert_int_equal(after(0), TOLERANCE_PPB);
    assert_int_equal(after(0), LIMIT_PPB);
    /* Beyond the kernel's tolerance: twice what was seen. */
    assert_in_range(after(100000), 1990000, 2000000);
    /* A step is none. */
    start(state);
    assert_int_equal(after(0), LIMIT_PPB);
    assert_int_equal(after(2 * SEC), LIMIT_PPB);
}

static void contradicted_by_adjtimex(void **state)
{
    (void)state;
    assert_int_equal(after(0), LIMIT_PPB);
    kernel.frequency_ppb = 15000;
    assert_int_equal(after(0), LIMIT_PPB);
    kernel.frequency_ppb = 40000;
    assert_int_equal(after(0), TOLERANCE_PPB);
    for (int i = 0; i < 29; i++)
        assert_int_equal(after(0), TOLERANCE_PPB);
    assert_int_equal(after(0), LIMIT_PPB);
    kernel.tick_us = 9999;
    assert_int_equal(after(0), TOLERANCE_PPB);
    start(state);
    assert_int_equal(after(0), LIMIT_PPB);
    kernel.offset_ns = -1000000;
    assert_int_equal(after(0), TOLERANCE_PPB);
}

/* Against UTC: the oscillator, the discipline's own finding, and what the rate has in it of slewing. */
static void against_utc(void **state)
{
    struct host_raw raw = {SEC, SEC, 0};

    (void)state;
    slew.oscillator_ppb = 20000;
    slew_raw(&slew, &raw);
    assert_int_equal(slew_utc_ppb(&slew, &kernel, 20000), TOLERANCE_PPB);
    raw = (struct host_raw){2 * SEC + 30000, 2 * SEC, 0};
    slew_raw(&slew, &raw);
    assert_int_equal(slew_utc_ppb(&slew, &kernel, 20000), 50000);
    kernel.frequency_ppb = -45000;
    assert_int_equal(slew_utc_ppb(&slew, &kernel, 20000), 75000);
    assert_int_equal(slew_utc_ppb(&slew, &kernel, 0), TOLERANCE_PPB);
    kernel.status = STA_UNSYNC; /* nobody found anything */
    assert_int_equal(slew_utc_ppb(&slew, &kernel, 20000), TOLERANCE_PPB);
    kernel.status = 0;
    /* What it did lately counts, though the mean is calm. */
    raw = (struct host_raw){2 * SEC + 100 * MS + 70000, 2 * SEC + 100 * MS, 0};
    slew_raw(&slew, &raw);
    assert_int_equal(slew_utc_ppb(&slew, &kernel, 20000), 445000);
}

/* When a clock was read is known to half of the width: what looks like no slewing may be as much. */
static void width_of_the_readings(void **state)
{
    const int64_t width_ns = 10000, hidden_ppb = width_ns / 2 + width_ns / 2; /* in a second */
    struct host_raw raw = {SEC, SEC, width_ns};

    (void)state;
    slew.oscillator_ppb = 20000;
    slew_raw(&slew, &raw);
    raw = (struct host_raw){2 * SEC, 2 * SEC, width_ns};
    slew_raw(&slew, &raw);
    assert_in_range(slew_utc_ppb(&slew, &kernel, 20000), 20000 + hidden_ppb,
                    20000 + 2 * hidden_ppb);
    for (int older = 0; older < 2; older++) { /* one of the two is enough */
        start(state);
        slew.oscillator_ppb = 20000;
        raw = (struct host_raw){SEC, SEC, older ? width_ns : 0};
        slew_raw(&slew, &raw);
        raw = (struct host_raw){2 * SEC, 2 * SEC, older ? 0 : width_ns};
        slew_raw(&slew, &raw);
        assert_in_range(slew_utc_ppb(&slew, &kernel, 20000), 20000 + width_ns / 2,
                        20000 + width_ns);
    }
}

/* The mean counts, though the last moment is calm: 50 us in 600 ms. */
static void calm_at_last(void **state)
{
    struct host_raw raw = {SEC, SEC, 0};

    (void)state;
    slew.oscillator_ppb = 20000;
    slew_raw(&slew, &raw);
    raw = (struct host_raw){SEC + 500 * MS + 50000, SEC + 500 * MS, 0};
    slew_raw(&slew, &raw);
    raw = (struct host_raw){SEC + 600 * MS + 50000, SEC + 600 * MS, 0};
    slew_raw(&slew, &raw);
    assert_int_equal(slew_utc_ppb(&slew, &kernel, 20000), 20000 + 83333);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_users_word, start),
        cmocka_unit_test_setup(contradicted_by_a_sample, start),
        cmocka_unit_test_setup(contradicted_by_adjtimex, start),
        cmocka_unit_test_setup(against_utc, start),
        cmocka_unit_test_setup(width_of_the_readings, start),
        cmocka_unit_test_setup(calm_at_last, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
