/* SPDX-License-Identifier: BSD-2-Clause */
/* What 64 bits do not hold: an error, a bound, a nanosecond more; and the last of 128 bits of a second. */
#include "fixture.h"

/* An error of 2^63 s and more, at a time before 1970: taken for a signed number, both ends would seem right. */
static void an_error_beyond_int64(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_reading reading;
    (void)state;
    s.ref_sec = s.ref_frac64 = 0;
    s.period_frac = 1;
    s.period_shift = 0;
    s.period_maxerror_frac = UINT64_MAX;
    s.maxerror_ns = UINT64_MAX;
    MARK(reading);
    assert_int_equal(vmclock_at(&s, s.ref_counter - INT64_MAX, &reading), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_at(&s, s.ref_counter + INT64_MAX, &reading), VMCLOCK_ERR_RANGE);
    ASSERT_UNTOUCHED(reading);
}

static void a_bound_beyond_int64(void **state)
{
    struct vmclock_utc_reading now;
    int64_t ns;
    (void)state;
    memset(&now, 0, sizeof now);
    MARK(ns);
    now.bound_kind = VMCLOCK_BOUND_MAXIMUM;
    now.earliest.instant.sec = INT64_MIN;
    now.utc.instant.sec = now.latest.instant.sec = 1;
    assert_int_equal(vmclock_utc_bound_ns(&now, &ns), VMCLOCK_ERR_RANGE);
    now.earliest.instant.sec = 0;
    now.latest.instant.sec = INT64_MAX;
    assert_int_equal(vmclock_utc_bound_ns(&now, &ns), VMCLOCK_ERR_RANGE);
    ASSERT_UNTOUCHED(ns);
}

static void a_whole_second_is_not_rounded_up(void **state)
{
    struct vmclock_utc_reading now;
    struct vmclock_posix earliest, latest;
    (void)state;
    memset(&now, 0, sizeof now);
    now.earliest.posix_sec = now.earliest.instant.sec = 5;
    now.latest.posix_sec = now.latest.instant.sec = 6;
    assert_int_equal(vmclock_posix_interval(&now, &earliest, &latest), 0);
    assert_true(earliest.sec == 5 && earliest.ns == 0);
    assert_true(latest.sec == 6 && latest.ns == 0);
}

/* The latest end a tick after a whole second, in 2^-64 s; rates are in 2^-128 s a tick. */
static uint64_t latest_after_a_tick(uint64_t rate, uint64_t maxerror_rate, uint64_t maxerror_ns)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_reading reading;
    s.ref_frac64 = 0;
    s.period_shift = 64;
    s.period_frac = rate;
    s.period_maxerror_frac = maxerror_rate;
    s.maxerror_ns = maxerror_ns;
    assert_int_equal(vmclock_at(&s, s.ref_counter + 1, &reading), 0);
    assert_true(reading.latest.sec == (int64_t)s.ref_sec);
    return reading.latest.frac64;
}

/* 71164 ns are 0x4a9ef0d7aa31a.87fcca51ae849e71 and a half: where the rest to the next is just a tick, and less. */
static void an_error_is_rounded_up_in_the_last_bit(void **state)
{
    const uint64_t rest = UINT64_C(0x780335ae517b618e);
    (void)state;
    assert_true(latest_after_a_tick(rest, 0, 71164) == UINT64_C(0x4a9ef0d7aa31b));
    assert_true(latest_after_a_tick(rest + 1, 0, 71164) == UINT64_C(0x4a9ef0d7aa31c));
}

/* The time and its error are exact in 2^-128 s, and so is their sum, 2^-64 s. */
static void nothing_is_lost_that_fits(void **state)
{
    (void)state;
    assert_true(latest_after_a_tick(UINT64_MAX, 1, 0) == 1);
    assert_true(latest_after_a_tick(UINT64_MAX, 2, 0) == 2);
}

int run_range_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_beyond_int64),
        cmocka_unit_test(a_bound_beyond_int64),
        cmocka_unit_test(a_whole_second_is_not_rounded_up),
        cmocka_unit_test(an_error_is_rounded_up_in_the_last_bit),
        cmocka_unit_test(nothing_is_lost_that_fits),
    };
    return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
