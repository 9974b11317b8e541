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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_intersected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
