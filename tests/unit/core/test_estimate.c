/* SPDX-License-Identifier: BSD-2-Clause */
/* The estimated error: its value, its ends, where there is none. That it is no promise: test_utc.c. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define GHZ INT64_C(1000000000)

/* Beside a promise it is there all the same, and grows away from the reference point. */
static void an_estimate_beside_a_promise(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_utc_reading utc;
    int64_t bound_ns, ns;
    (void)state;
    s.period_esterror_frac = s.period_frac / 1000; /* 1 us a ms; rounded down, so ends are up */
    for (int away = -1; away <= 1; away++) {
        assert_int_equal(vmclock_utc_at(&s, REF + (uint64_t)(away * GHZ), &utc), 0);
        assert_int_equal(utc.bound_kind, VMCLOCK_BOUND_MAXIMUM);
        assert_int_equal(utc.estimate.known, 1);
        assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), 0);
        assert_true(ns == (away ? 1234 + 1000000 : 1234));
        assert_int_equal(vmclock_estimate_at(&s, REF + (uint64_t)(away * GHZ), &ns), 0);
        assert_true(ns == (away ? 1234 + 1000000 : 1234));
        assert_int_equal(vmclock_utc_bound_ns(&utc, &bound_ns), 0);
        assert_true(bound_ns != ns);
    }
}

/* All that fits an int64_t is given; and what a tick of 2^-64 s adds is rounded up. */
static void the_ends_of_estimates(void **state)
{
    const uint64_t most_sec = (uint64_t)INT64_MAX / (uint64_t)GHZ;
    struct vmclock_snapshot s = good_snapshot();
    int64_t ns;
    (void)state;
    s.esterror_ns = INT64_MAX;
    assert_int_equal(vmclock_estimate_at(&s, REF, &ns), 0);
    assert_true(ns == INT64_MAX);
    assert_int_equal(vmclock_estimate_at(&s, REF + 1, &ns), VMCLOCK_ERR_RANGE);
    s.period_shift = 1;
    s.period_esterror_frac = UINT64_C(1) << 63; /* a quarter of a second */
    s.esterror_ns = (uint64_t)INT64_MAX - most_sec * (uint64_t)GHZ;
    assert_int_equal(vmclock_estimate_at(&s, REF + 4 * most_sec, &ns), 0);
    assert_true(ns == INT64_MAX);
    s.esterror_ns++;
    assert_int_equal(vmclock_estimate_at(&s, REF + 4 * most_sec, &ns), VMCLOCK_ERR_RANGE);
    /* 2^64 / 10^9 + 2^-128 units of 2^-64 s: 1 ns in all of 2^-64 s, and a carry */
    s.esterror_ns = 0;
    s.period_shift = 64;
    s.period_esterror_frac = UINT64_C(18446744074) / 2;
    for (uint64_t ticks = 1; ticks < 64; ticks++) {
        assert_int_equal(vmclock_estimate_at(&s, REF + ticks, &ns), 0);
        assert_int_equal(ns, 1);
    }
    s.period_shift = 32; /* the parts below 2^-64 s make a carry, and more */
    s.period_esterror_frac = UINT64_C(0x70637b8ba2c727);
    assert_int_equal(vmclock_estimate_at(&s, REF + (UINT64_C(1) << 31), &ns), 0);
    assert_int_equal(ns, 857458);
    /* ticks * 2.147483648... ns: exactly, in 128 bits */
    for (uint64_t ticks = 1; ticks < 200; ticks++) {
        const uint64_t rate = UINT64_C(9223372037) << 32 | UINT64_C(0xffffffff);
        const uint64_t high = (rate >> 32) * ticks + ((rate & 0xffffffff) * ticks >> 32);
        const uint64_t low = (rate & 0xffffffff) * ticks & 0xffffffff;
        /* (high * 2^32 + low) * 2^-96 s = high * 2^-64 s and low * 2^-96 s */
        const uint64_t below = (high & 0xffffffff) * (uint64_t)GHZ + ((low * (uint64_t)GHZ) >> 32);
        const uint64_t above = (high >> 32) * (uint64_t)GHZ + (below >> 32);
        s.period_esterror_frac = rate;
        assert_int_equal(vmclock_estimate_at(&s, REF + ticks, &ns), 0);
        assert_true((uint64_t)ns == (above >> 32) + 1);
    }
}

static void where_nothing_is_estimated(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_utc_reading utc;
    int64_t ns;
    (void)state;
    MARK(ns);
    for (unsigned bit = VMCLOCK_HAVE_PERIOD_ESTERROR; bit <= VMCLOCK_HAVE_ESTERROR; bit <<= 2) {
        s.have = (uint16_t)(HAVE_ALL & ~bit);
        assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
        assert_int_equal(utc.estimate.known, 0);
        assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_ESTIMATE);
        assert_int_equal(vmclock_estimate_at(&s, REF, &ns), VMCLOCK_ERR_ESTIMATE);
    }
    s.clock_status = 0;
    assert_int_equal(vmclock_estimate_at(&s, REF, &ns), VMCLOCK_ERR_UNSYNCHRONISED);
    s = good_snapshot();
    s.esterror_ns = (uint64_t)INT64_MAX + 1;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_estimate_at(&s, REF, &ns), VMCLOCK_ERR_RANGE);
    ASSERT_UNTOUCHED(ns);
}

int run_estimate_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_estimate_beside_a_promise),
        cmocka_unit_test(the_ends_of_estimates),
        cmocka_unit_test(where_nothing_is_estimated),
    };
    return cmocka_run_group_tests_name("estimate", tests, NULL, NULL);
}
