/* SPDX-License-Identifier: BSD-2-Clause */
/* Combination: what several snapshots say together. */
#include "tests/unit/calibrate/samples.h"

static void sources_are_intersected(void **state)
{
    const struct vmclock_calibration how = assume(GHZ, 50000);
    struct vmclock_sample wide = exact_sample(START, TAI_2017), narrow = wide;
    struct vmclock_time_source early = exact_tai;
    struct vmclock_snapshot s[3], both;
    struct vmclock_disjoint disjoint = {9, 9};
    (void)state;
    wide.earliest.sec -= 3;
    narrow.latest.sec += 1;
    early.bound_by = VMCLOCK_BOUND_BY_EFI;
    assert_int_equal(vmclock_calibrate(&early, &wide, 1, &how, &s[0]), 0);
    assert_int_equal(vmclock_calibrate(&exact_tai, &narrow, 1, &how, &s[1]), 0);
    assert_int_equal(vmclock_combine(s, 2, START, &both, &disjoint), 0);
    assert_in_range(width_ns(&both, START), 0, 4);
    assert_int_equal(both.bound_by, VMCLOCK_BOUND_BY_SEVERAL);
    assert_in_range(width_ns(&both, START + GHZ), 100000, 100004);
    s[2] = s[1];
    assert_int_equal(vmclock_combine(&s[1], 2, START, &both, NULL), 0);
    assert_int_equal(both.bound_by, VMCLOCK_BOUND_BY_CALLER);

    narrow.earliest.sec += 5;
    narrow.latest.sec += 5;
    assert_int_equal(vmclock_calibrate(&exact_tai, &narrow, 1, &how, &s[2]), 0);
    MARK(both);
    assert_int_equal(vmclock_combine(s, 3, START, &both, NULL), VMCLOCK_ERR_CONTRADICTION);
    assert_int_equal(vmclock_combine(s, 3, START, &both, &disjoint), VMCLOCK_ERR_CONTRADICTION);
    assert_int_equal(disjoint.first, 0);
    assert_int_equal(disjoint.second, 2);
    assert_int_equal(vmclock_combine(s, 0, START, &both, &disjoint), VMCLOCK_ERR_ARGUMENT);
    ASSERT_UNTOUCHED(both);
    assert_int_equal(vmclock_combine(s, 2, START, &s[0], &disjoint), 0); /* in its own place */
}

static int64_t posix_at(const struct vmclock_snapshot *s, uint64_t counter)
{
    struct vmclock_reading r;
    struct vmclock_leap rule;
    struct vmclock_utc utc;
    assert_int_equal(vmclock_at(s, counter, &r), 0);
    assert_int_equal(vmclock_leap_rule(s, &rule), 0);
    assert_int_equal(vmclock_axis_to_utc(&rule, &r.time, &utc), 0);
    return utc.posix_sec;
}

/* The indicator speaks of the month of the reference point, which a combination moves. */
static void across_the_leap_second_that_is_spoken_of(void **state)
{
    struct vmclock_sample sample = exact_sample(START, SEC_2017 - 10 + 36);
    struct vmclock_calibration how = assume(GHZ, 0);
    struct vmclock_time_source source = exact_tai;
    struct vmclock_snapshot s, combined;
    (void)state;
    how.tai_offset_sec = -36;
    how.leap_indicator = VMCLOCK_LEAP_INDICATOR_PRE_POS;
    assert_int_equal(vmclock_calibrate(&source, &sample, 1, &how, &s), 0);
    for (uint64_t sec = 8; sec < 14; sec++) {
        assert_int_equal(vmclock_combine(&s, 1, START + sec * GHZ + 9, &combined, NULL), 0);
        for (uint64_t at = 5; at < 20; at++) {
            assert_true(posix_at(&combined, START + at * GHZ + 9) ==
                        posix_at(&s, START + at * GHZ + 9));
        }
    }
    assert_int_equal(combined.leap_indicator, VMCLOCK_LEAP_INDICATOR_POST_POS);
    assert_int_equal(combined.tai_offset_sec, -37);
    /* A UTC axis counts on past the leap second, but not from a new reference point. */
    source.time_type = VMCLOCK_TIME_TYPE_UTC;
    sample.earliest.sec = sample.latest.sec = SEC_2017 - 10;
    assert_int_equal(vmclock_calibrate(&source, &sample, 1, &how, &s), 0);
    assert_int_equal(vmclock_combine(&s, 1, START + 9 * GHZ, &combined, NULL), 0);
    MARK(combined);
    assert_int_equal(vmclock_combine(&s, 1, START + 12 * GHZ, &combined, NULL), VMCLOCK_ERR_LEAP);
    ASSERT_UNTOUCHED(combined);
    /* With no leap second near, months pass. */
    how.leap_indicator = VMCLOCK_LEAP_INDICATOR_NONE;
    assert_int_equal(vmclock_calibrate(&source, &sample, 1, &how, &s), 0);
    assert_int_equal(vmclock_combine(&s, 1, START + 12 * GHZ, &combined, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_intersected),
        cmocka_unit_test(across_the_leap_second_that_is_spoken_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
