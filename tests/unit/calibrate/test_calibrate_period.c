/* SPDX-License-Identifier: BSD-2-Clause */
/* The interval that a counter's period lies in, where it is wide, and to the last unit. */
#include "tests/unit/calibrate/samples.h"

/* A source that stood still, or nearly, and went on by up to so much in 2^30 ticks. */
static void from_the_first_second(struct vmclock_sample samples[2], struct vmclock_time least,
                                  struct vmclock_time most)
{
    samples[0] = exact_sample(START, TAI_2017);
    samples[1] = exact_sample(START + (UINT64_C(1) << 30), TAI_2017);
    samples[1].earliest.sec += least.sec;
    samples[1].earliest.frac64 = least.frac64;
    samples[1].latest.sec += most.sec;
    samples[1].latest.frac64 = most.frac64;
}

/* From 1 s to 3 s: the middle is 2 s, and what is farthest off is half of it. */
static void a_third_of_the_longest(void **state)
{
    const struct vmclock_calibration how = assume(0, 0);
    struct vmclock_sample samples[2];
    struct vmclock_snapshot s;
    (void)state;
    from_the_first_second(samples, (struct vmclock_time){1, 0}, (struct vmclock_time){3, 0});
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 2, &how, &s), 0);
    assert_true(s.period_maxerror_frac == s.period_frac / 2);
    assert_true(s.period_frac == UINT64_C(1) << (35 + s.period_shift));
}

/* Less than a unit of what the longest is told in, which is odd: it may as well stand still. */
static void a_period_of_nearly_nothing(void **state)
{
    const struct vmclock_calibration how = assume(0, 0);
    struct vmclock_sample samples[2];
    struct vmclock_snapshot s;
    (void)state;
    from_the_first_second(samples, (struct vmclock_time){0, 1}, (struct vmclock_time){20, 1});
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 2, &how, &s), 0);
    assert_true((s.period_frac + s.period_maxerror_frac) % 2 == 1);
    assert_true(s.period_maxerror_frac == s.period_frac + 1);
}

/* A source that may run at half its pace, beside 3 Hz, whose tick is 0x55...55 or more: a unit less is too few. */
static void a_contradiction_by_a_unit(void **state)
{
    const struct vmclock_calibration how = assume(3, 0);
    struct vmclock_time_source source = exact_tai;
    struct vmclock_snapshot s;
    (void)state;
    source.rate_ppb = 500000000;
    for (uint64_t more = 0; more < 2; more++) {
        struct vmclock_sample samples[] = {exact_sample(START, TAI_2017),
                                           exact_sample(START + 1, TAI_2017)};
        samples[1].earliest.frac64 = samples[1].latest.frac64 = UINT64_MAX / 6 + more;
        assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s),
                         more ? 0 : VMCLOCK_ERR_CONTRADICTION);
    }
}

/* 2 s less a unit, of a source that is off by 60 %: widened twice, the tick has no bit to spare. */
static void room_to_be_widened(void **state)
{
    const struct vmclock_calibration how = assume(0, 0);
    struct vmclock_time_source source = exact_tai;
    struct vmclock_sample samples[2];
    struct vmclock_snapshot s;
    (void)state;
    source.rate_ppb = 600000000;
    from_the_first_second(samples, (struct vmclock_time){1, UINT64_MAX},
                          (struct vmclock_time){1, UINT64_MAX});
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_third_of_the_longest),
        cmocka_unit_test(a_period_of_nearly_nothing),
        cmocka_unit_test(a_contradiction_by_a_unit),
        cmocka_unit_test(room_to_be_widened),
    };
    return cmocka_run_group_tests_name("calibrate_period", tests, NULL, NULL);
}
