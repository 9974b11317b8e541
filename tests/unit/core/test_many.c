/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock_at_many against vmclock_at. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define COUNT 5

struct many_test {
    struct vmclock_snapshot snapshot;
    uint64_t counters[COUNT];
    struct vmclock_time times[COUNT];
    struct vmclock_time error;
    int bound_kind;
};

static void start(struct many_test *t)
{
    static const int64_t distances[COUNT] = {77, -3000000000, 0, 1, 2999999999};
    MARK(*t);
    t->snapshot = good_snapshot();
    for (size_t i = 0; i < COUNT; i++) {
        t->counters[i] = REF + (uint64_t)distances[i];
    }
}

static int many(struct many_test *t, size_t count)
{
    const int code =
        vmclock_at_many(&t->snapshot, t->counters, count, t->times, &t->error, &t->bound_kind);
    if (code != 0) {
        ASSERT_UNTOUCHED(t->times);
        ASSERT_UNTOUCHED(t->error);
        ASSERT_UNTOUCHED(t->bound_kind);
    }
    return code;
}

static void times_are_those_of_at(void **state)
{
    struct vmclock_reading reading;
    struct many_test t;
    (void)state;
    start(&t);
    assert_int_equal(many(&t, COUNT), 0);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(vmclock_at(&t.snapshot, t.counters[i], &reading), 0);
        assert_time(&t.times[i], reading.time.sec, reading.time.frac64);
    }
    assert_int_equal(t.bound_kind, VMCLOCK_BOUND_MAXIMUM);
}

static void only_count_elements_are_written(void **state)
{
    struct many_test t;
    (void)state;
    start(&t);
    assert_int_equal(many(&t, COUNT - 1), 0);
    ASSERT_UNTOUCHED(t.times[COUNT - 1]);
}

/* The exact error is not above frac64, and rounded up by less than 3 units. */
static void assert_error(struct many_test *t, uint64_t frac64)
{
    assert_int_equal(many(t, COUNT), 0);
    assert_true(t->error.sec == 0);
    assert_in_range(t->error.frac64, frac64, frac64 + 2);
}

static void error_is_the_largest(void **state)
{
    struct many_test t;
    (void)state;
    start(&t);
    t.snapshot.maxerror_ns = 0;
    t.snapshot.period_maxerror_frac = 1;
    t.snapshot.period_shift = 0; /* the error is |distance| units, the largest not the last */
    assert_error(&t, 3000000000);
    t.snapshot.maxerror_ns = 500000000;
    assert_error(&t, (UINT64_C(1) << 63) + 3000000000);
    t.snapshot.maxerror_ns = 1; /* 18446744073.7 units */
    assert_error(&t, 18446744074 + 3000000000);
    t.counters[4] = REF + 5000000000;
    assert_error(&t, 18446744074 + 5000000000);
}

static void estimate_and_none(void **state)
{
    struct many_test t;
    (void)state;
    start(&t);
    t.snapshot.have = HAVE_ALL & ~VMCLOCK_HAVE_MAXERROR;
    t.snapshot.esterror_ns = 250000000;
    t.snapshot.period_esterror_frac = 0;
    assert_int_equal(many(&t, COUNT), 0);
    assert_int_equal(t.bound_kind, VMCLOCK_BOUND_ESTIMATE);
    assert_error(&t, UINT64_C(1) << 62);
    t.snapshot.have = VMCLOCK_HAVE_CLOCK;
    assert_int_equal(many(&t, COUNT), 0);
    assert_int_equal(t.bound_kind, VMCLOCK_BOUND_NONE);
    assert_time(&t.error, INT64_MAX, UINT64_MAX);
}

static void count_of_zero(void **state)
{
    struct many_test t;
    (void)state;
    start(&t);
    assert_int_equal(many(&t, 0), VMCLOCK_ERR_ARGUMENT);
}

static void unusable_snapshot(void **state)
{
    struct many_test t;
    (void)state;
    start(&t);
    t.snapshot.have = 0;
    assert_int_equal(many(&t, COUNT), VMCLOCK_ERR_NO_CLOCK);
    start(&t);
    t.snapshot.period_frac = 0;
    assert_int_equal(many(&t, COUNT), VMCLOCK_ERR_PERIOD);
}

/* One element out of range fails the whole, wherever it stands. */
static void one_out_of_range(void **state)
{
    struct many_test t;
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        start(&t);
        t.counters[i] = REF ^ (UINT64_C(1) << 63);
        assert_int_equal(many(&t, COUNT), VMCLOCK_ERR_RANGE);
        start(&t);
        t.snapshot.ref_sec = INT64_MAX - 100;
        assert_int_equal(many(&t, COUNT), 0);
        start(&t);
        t.snapshot.ref_sec = INT64_MAX - 100;
        t.counters[i] = REF + UINT64_C(101000000000);
        assert_int_equal(many(&t, COUNT), VMCLOCK_ERR_RANGE);
    }
}

int run_many_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_those_of_at), cmocka_unit_test(only_count_elements_are_written),
        cmocka_unit_test(error_is_the_largest),  cmocka_unit_test(estimate_and_none),
        cmocka_unit_test(count_of_zero),         cmocka_unit_test(unusable_snapshot),
        cmocka_unit_test(one_out_of_range),
    };
    return cmocka_run_group_tests_name("many", tests, NULL, NULL);
}
