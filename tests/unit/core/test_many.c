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
    assert_int_equal(t.bound_kind, VMCLOCK_BOUND_NONE); /* an estimate is no bound */
    assert_time(&t.error, INT64_MAX, UINT64_MAX);
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

/* The error is not below the reading's. */
static void assert_covers(const struct vmclock_time *error, const struct vmclock_reading *reading)
{
    struct vmclock_time latest = reading->time;

    latest.sec += error->sec;
    latest.frac64 += error->frac64;
    latest.sec += latest.frac64 < error->frac64;
    assert_true(vmclock_time_compare(&latest, &reading->latest) >= 0);
}

#define MANY 600 /* more than are converted at once */

/* As vmclock_at, each of them; the values are ref plus what is in distances. */
static void assert_all(const struct vmclock_snapshot *snapshot, const int64_t *distances,
                       size_t count)
{
    static struct vmclock_time times[MANY + 1];
    static uint64_t counters[MANY];
    struct vmclock_time error, guard_time;
    struct vmclock_reading reading;
    int bound_kind;

    MARK(times);
    guard_time = times[0];
    for (size_t i = 0; i < count; i++)
        counters[i] = snapshot->ref_counter + (uint64_t)distances[i];
    assert_int_equal(vmclock_at_many(snapshot, counters, count, times, &error, &bound_kind), 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(vmclock_at(snapshot, counters[i], &reading), 0);
        assert_time(&times[i], reading.time.sec, reading.time.frac64);
        assert_covers(&error, &reading);
    }
    assert_memory_equal(&times[count], &guard_time, sizeof guard_time);
}

static const struct {
    uint64_t period_frac;
    uint8_t shift;
} periods[] = {
    {GHZ_PERIOD, GHZ_SHIFT}, {UINT64_MAX, 30},
    {UINT64_C(1) << 35, 0}, /* 2^29 Hz, not normalised */
    {UINT64_MAX, 0},        /* almost a second */
    {UINT64_MAX, 1},         {UINT64_MAX, 63},
    {UINT64_MAX, 64}, /* with more bits than a window has */
    {UINT64_MAX, 65},        {1, 64},
};

static void in_any_order(void **state)
{
    static const int64_t steps[] = {0, 1, 4096, 1234567, 300000000};
    static int64_t distances[MANY];
    (void)state;
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
            for (size_t count = 1; count <= MANY; count += 1 + count / 3) {
                struct vmclock_snapshot snapshot = good_snapshot();

                snapshot.period_frac = periods[i].period_frac;
                snapshot.period_shift = periods[i].shift;
                snapshot.period_maxerror_frac = 0;
                for (size_t j = 0; j < count; j++) /* from before the reference point on */
                    distances[j] = ((int64_t)j - 100) * steps[k];
                assert_all(&snapshot, distances, count);
                distances[count / 2] = -steps[k] * 7 - 5; /* one of them out of order */
                assert_all(&snapshot, distances, count);
                for (size_t j = 0; j < count; j++)
                    distances[j] = -distances[j];
                assert_all(&snapshot, distances, count);
                snapshot.ref_counter = 0 - UINT64_C(50); /* values wrap, times do not */
                assert_all(&snapshot, distances, count);
            }
}

/* A window's last tick, and the one after it. */
static void at_the_end_of_a_window(void **state)
{
    (void)state;
    for (int64_t past = -2; past <= 2; past++) {
        for (unsigned bits = 20; bits < 63; bits++) {
            int64_t distances[] = {0, 1, (INT64_C(1) << bits) + past};
            struct vmclock_snapshot snapshot = good_snapshot();

            assert_all(&snapshot, distances, 3);
            distances[0] = -5;
            assert_all(&snapshot, distances, 3);
        }
    }
}

/* The counter wraps, and the last is not the farthest. */
static void in_order_by_neither(void **state)
{
    const int64_t distances[] = {-5, 3000, 2};
    struct vmclock_snapshot snapshot = good_snapshot();
    (void)state;
    snapshot.ref_counter = 0;
    snapshot.maxerror_ns = 0;
    snapshot.period_maxerror_frac = UINT64_C(1) << 35; /* 2^-58 s a tick */
    assert_all(&snapshot, distances, 3);
}

/* In order by their values, but not by their distances. */
static void across_the_farthest_value(void **state)
{
    const int64_t distances[] = {INT64_MAX - 5, INT64_MAX, INT64_MIN + 2, INT64_MIN + 9};
    struct vmclock_snapshot snapshot = good_snapshot();
    (void)state;
    snapshot.ref_counter = UINT64_C(1) << 62;
    assert_all(&snapshot, distances, 4);
}

static void assert_second_of_two(const uint64_t *counters)
{
    const struct vmclock_snapshot snapshot = good_snapshot();
    struct vmclock_time times[2], error;
    struct vmclock_reading reading;
    int bound_kind;
    assert_int_equal(vmclock_at_many(&snapshot, counters, 2, times, &error, &bound_kind), 0);
    assert_int_equal(vmclock_at(&snapshot, counters[1], &reading), 0);
    assert_time(&times[1], reading.time.sec, reading.time.frac64);
}

/* What lies behind the last value does not tell how far that one is, nor whether they pass the farthest one. */
static void a_value_behind_the_last(void **state)
{
    const uint64_t near[] = {REF, REF + (UINT64_C(1) << 40), REF + 1, REF + 1};
    const uint64_t far[] = {REF + INT64_MAX, REF - INT64_MAX, REF + INT64_MAX, REF + INT64_MAX};
    (void)state;
    assert_second_of_two(near);
    assert_second_of_two(far);
}

/* As far before 2^63 as behind it: what they sum up to is 0, and they are far apart. */
static void on_both_sides_of_the_middle(void **state)
{
    const int64_t distances[] = {-(INT64_C(1) << 40), INT64_C(1) << 40};
    struct vmclock_snapshot snapshot = good_snapshot();
    (void)state;
    snapshot.ref_counter = UINT64_C(1) << 63;
    assert_all(&snapshot, distances, 2);
}

/* At -d ticks from 1970 the error is d * rate * 2^-64 s + seconds: 2^63 s less 2^-64 s. */
static void an_error_that_nothing_can_be_added_to(void **state)
{
    const uint64_t d = UINT64_C(0x7fffffff136d1711);
    struct vmclock_reading reading;
    struct many_test t;
    (void)state;
    start(&t);
    t.snapshot.ref_sec = 0;
    t.snapshot.ref_frac64 = d;
    t.snapshot.period_frac = 1;
    t.snapshot.period_shift = 0;
    t.snapshot.period_maxerror_frac = UINT64_C(0xffffffff757d460f);
    t.snapshot.maxerror_ns = 5130962407 * UINT64_C(1000000000);
    t.counters[0] = REF - d;
    assert_int_equal(vmclock_at(&t.snapshot, t.counters[0], &reading), 0);
    assert_time(&reading.time, 0, 0);
    assert_time(&reading.latest, INT64_MAX, UINT64_MAX);
    assert_int_equal(many(&t, 1), VMCLOCK_ERR_RANGE);
    t.snapshot.period_maxerror_frac--;
    assert_int_equal(many(&t, 1), 0);
    assert_true(t.error.sec == INT64_MAX);
}

int run_many_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_those_of_at),
        cmocka_unit_test(only_count_elements_are_written),
        cmocka_unit_test(error_is_the_largest),
        cmocka_unit_test(estimate_and_none),
        cmocka_unit_test(count_of_zero),
        cmocka_unit_test(unusable_snapshot),
        cmocka_unit_test(one_out_of_range),
        cmocka_unit_test(in_any_order),
        cmocka_unit_test(at_the_end_of_a_window),
        cmocka_unit_test(across_the_farthest_value),
        cmocka_unit_test(in_order_by_neither),
        cmocka_unit_test(a_value_behind_the_last),
        cmocka_unit_test(on_both_sides_of_the_middle),
        cmocka_unit_test(an_error_that_nothing_can_be_added_to),
    };
    return cmocka_run_group_tests_name("many", tests, NULL, NULL);
}
