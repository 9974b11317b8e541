/* SPDX-License-Identifier: BSD-2-Clause */
/* The estimated error of a steered clock: whose it is, the slew in it, and where it is beyond a number. */
#include "tests/unit/steer/rig.h"

static struct vmclock_utc_reading utc_now(struct rig *g)
{
    struct vmclock_utc_reading utc;
    MARK(utc);
    assert_int_equal(vmclock_steer_utc_now(&g->steer, &utc), 0);
    return utc;
}

/* The publisher's, and how far the clock is off its reference, before or behind it. */
static void an_estimate_has_the_slew_in_it(void **state)
{
    struct vmclock_utc_reading utc;
    struct rig g;
    int64_t ns;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    utc = utc_now(&g);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), 0);
    assert_true(ns == 1234);
    for (int sec = -5; sec <= 5; sec += 10) {
        put(&g, AT_SEC, 8, (uint64_t)TAI_2017 + (uint64_t)sec);
        utc = utc_now(&g);
        assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), 0);
        assert_true(ns == INT64_C(5000000000) + 1234);
    }
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC); /* 37 s of which are the axis */
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017 + 5);
    utc = utc_now(&g);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), 0);
    assert_true(ns == INT64_C(5000000000) + 1234);
    put(&g, AT_ESTERROR, 8, (uint64_t)INT64_MAX - 5);
    utc = utc_now(&g);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_RANGE);
    put(&g, AT_ESTERROR, 8, UINT64_MAX - 5);
    utc = utc_now(&g);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_RANGE);
    put(&g, AT_ESTERROR, 8, 1234);
    put(&g, AT_SEC, 8, UINT64_C(13000000000)); /* 365 years away */
    utc = utc_now(&g);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_RANGE);
    put(&g, AT_FLAGS, 8, ALL_FLAGS & ~0x20u);
    utc = utc_now(&g);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_ESTIMATE);
}

static void assert_estimate(const struct vmclock_estimate *got, const struct vmclock_estimate *want)
{
    assert_int_equal(got->known, want->known);
    assert_true(got->ref_counter == want->ref_counter && got->error_ns == want->error_ns);
    assert_true(got->rate_frac == want->rate_frac && got->rate_shift == want->rate_shift);
}

/* Of what the clock goes by, not the page's: where only one of the two has one, too. */
static void the_estimate_of_a_calibration(void **state)
{
    static const uint16_t bits = VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_PERIOD_ESTERROR;
    struct vmclock_snapshot calibrated = good_snapshot();
    (void)state;
    calibrated.ref_counter -= GHZ; /* the same line by other numbers */
    calibrated.ref_sec--;
    calibrated.ref_frac64 = 0;
    calibrated.period_frac >>= 1;
    calibrated.period_shift--;
    calibrated.period_maxerror_frac >>= 1;
    calibrated.period_esterror_frac = 4711;
    calibrated.esterror_ns = 815;
    for (unsigned i = 0; i < 4; i++) {
        struct vmclock_utc_reading utc, want;
        struct rig g;
        rig_start(&g, 0);
        put(&g, AT_FLAGS, 8, i & 1 ? ALL_FLAGS : ALL_FLAGS & ~(uint64_t)bits);
        calibrated.have = (uint16_t)(i & 2 ? HAVE_ALL : HAVE_ALL & ~bits);
        assert_int_equal(vmclock_steer_start_epoch(&g.steer, &calibrated), 0);
        utc = utc_now(&g);
        assert_int_equal(vmclock_utc_at(&calibrated, g.counter.value, &want), 0);
        assert_estimate(&utc.estimate, &want.estimate);
        assert_int_equal(utc.estimate.known, i >> 1);
    }
}

/* A page at the end of its axis, which the clock's own, 37 s away, does not reach. */
static void an_estimate_without_a_reference(void **state)
{
    const uint64_t age_sec = (UINT64_C(1) << 32) - 20;
    struct vmclock_utc_reading utc;
    struct rig g;
    int64_t ns;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_FLAGS, 8, ALL_FLAGS & ~(uint64_t)VMCLOCK_HAVE_MAXERROR);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_PERIOD_ESTERROR, 8, 0);
    put(&g, AT_REF_COUNTER, 8, g.counter.value - age_sec * GHZ);
    put(&g, AT_SEC, 8, (uint64_t)INT64_MAX - (UINT64_C(1) << 32));
    utc = utc_now(&g);
    assert_true(utc.estimate.known && utc.estimate.error_ns == UINT64_MAX);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_estimate_has_the_slew_in_it),
        cmocka_unit_test(the_estimate_of_a_calibration),
        cmocka_unit_test(an_estimate_without_a_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
