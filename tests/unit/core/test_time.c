/* SPDX-License-Identifier: BSD-2-Clause */
/* Times: order, sums, differences, nanoseconds. The oracle goes through the ranges. */
#include "fixture.h"

#define HALF (UINT64_C(1) << 63)

static const struct vmclock_time lowest = {INT64_MIN, 0};
static const struct vmclock_time highest = {INT64_MAX, UINT64_MAX};
static const struct vmclock_time unit = {0, 1};
static const struct vmclock_time minus_unit = {-1, UINT64_MAX};

static void order(void **state)
{
    static const struct vmclock_time rising[] = {
        {INT64_MIN, 0}, {-1, 0},   {-1, UINT64_MAX}, {0, 0},
        {0, 1},         {0, HALF}, {1, 0},           {INT64_MAX, UINT64_MAX}};
    const int count = sizeof rising / sizeof *rising;
    (void)state;
    for (int a = 0; a < count; a++) {
        for (int b = 0; b < count; b++) {
            const int sign = vmclock_time_compare(&rising[a], &rising[b]);
            assert_int_equal((sign > 0) - (sign < 0), (a > b) - (a < b));
        }
    }
}

static void sums(void **state)
{
    const struct vmclock_time a = {5, HALF}, b = {-3, HALF + 1};
    struct vmclock_time sum;
    (void)state;
    assert_int_equal(vmclock_time_add(&a, &b, &sum), 0);
    assert_time(&sum, 3, 1);
    assert_int_equal(vmclock_time_subtract(&a, &b, &sum), 0);
    assert_time(&sum, 7, UINT64_MAX);
    assert_int_equal(vmclock_time_add(&minus_unit, &unit, &sum), 0);
    assert_time(&sum, 0, 0);
}

static void result_may_be_an_operand(void **state)
{
    struct vmclock_time a = {5, HALF}, b = {7, HALF};
    (void)state;
    assert_int_equal(vmclock_time_add(&a, &a, &a), 0);
    assert_time(&a, 11, 0);
    assert_int_equal(vmclock_time_add(&a, &b, &b), 0);
    assert_time(&b, 18, HALF);
    assert_int_equal(vmclock_time_subtract(&a, &b, &b), 0);
    assert_time(&b, -8, HALF);
    assert_int_equal(vmclock_time_subtract(&b, &b, &b), 0);
    assert_time(&b, 0, 0);
}

static void sums_out_of_range(void **state)
{
    struct vmclock_time result;
    (void)state;
    MARK(result);
    assert_int_equal(vmclock_time_add(&highest, &unit, &result), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_add(&lowest, &minus_unit, &result), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_subtract(&lowest, &unit, &result), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_subtract(&highest, &minus_unit, &result), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_subtract(&unit, &lowest, &result), VMCLOCK_ERR_RANGE);
    ASSERT_UNTOUCHED(result);
    assert_int_equal(vmclock_time_subtract(&minus_unit, &lowest, &result), 0);
    assert_time(&result, INT64_MAX, UINT64_MAX);
}

static void nanoseconds_round_as_said(void **state)
{
    static const struct {
        struct vmclock_time time;
        int64_t floor_ns, ceil_ns;
    } rows[] = {
        {{0, 0}, 0, 0},
        {{0, 1}, 0, 1},
        {{-1, UINT64_MAX}, -1, 0},
        {{1, 0}, 1000000000, 1000000000},
        {{-1, 0}, -1000000000, -1000000000},
        {{0, HALF}, 500000000, 500000000},
        {{-1, HALF + 1}, -500000000, -499999999},
        {{0, UINT64_MAX}, 999999999, 1000000000},
        /* The ends of int64_t: 2^63 ns are 9223372036.854775808 s. */
        {{9223372036, 15767830552127549466u}, INT64_MAX - 1, INT64_MAX},
        {{-9223372037, 2678913503135258077u}, INT64_MIN, INT64_MIN + 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ns;
        assert_int_equal(vmclock_time_to_ns_floor(&rows[i].time, &ns), 0);
        assert_true(ns == rows[i].floor_ns);
        assert_int_equal(vmclock_time_to_ns_ceil(&rows[i].time, &ns), 0);
        assert_true(ns == rows[i].ceil_ns);
    }
}

static void nanoseconds_out_of_range(void **state)
{
    /* The first units beyond INT64_MAX and before INT64_MIN ns. */
    const struct vmclock_time above = {9223372036, 15767830570574293540u};
    const struct vmclock_time below = {-9223372037, 2678913503135258076u};
    int64_t ns;
    (void)state;
    MARK(ns);
    assert_int_equal(vmclock_time_to_ns_floor(&above, &ns), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_to_ns_ceil(&above, &ns), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_to_ns_floor(&below, &ns), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_to_ns_floor(&lowest, &ns), VMCLOCK_ERR_RANGE);
    assert_int_equal(vmclock_time_to_ns_ceil(&highest, &ns), VMCLOCK_ERR_RANGE);
    for (int64_t more = 1; more <= 3; more++) {
        const struct vmclock_time far_above = {9223372036 + more, 0};
        const struct vmclock_time far_below = {-9223372037 - more, UINT64_MAX};
        assert_int_equal(vmclock_time_to_ns_floor(&far_above, &ns), VMCLOCK_ERR_RANGE);
        assert_int_equal(vmclock_time_to_ns_ceil(&far_above, &ns), VMCLOCK_ERR_RANGE);
        assert_int_equal(vmclock_time_to_ns_floor(&far_below, &ns), VMCLOCK_ERR_RANGE);
        assert_int_equal(vmclock_time_to_ns_ceil(&far_below, &ns), VMCLOCK_ERR_RANGE);
    }
    ASSERT_UNTOUCHED(ns);
    assert_int_equal(vmclock_time_to_ns_ceil(&below, &ns), 0);
    assert_true(ns == INT64_MIN);
}

static void from_nanoseconds(void **state)
{
    struct vmclock_time time;
    (void)state;
    vmclock_time_from_ns(0, &time);
    assert_time(&time, 0, 0);
    vmclock_time_from_ns(-1, &time);
    assert_time(&time, -1, UINT64_MAX - 18446744073);
    vmclock_time_from_ns(1, &time);
    assert_time(&time, 0, 18446744073);
    vmclock_time_from_ns(-500000000, &time);
    assert_time(&time, -1, HALF);
    vmclock_time_from_ns(INT64_MIN, &time);
    assert_time(&time, -9223372037, 2678913503135258076u);
}

int run_time_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),
        cmocka_unit_test(sums),
        cmocka_unit_test(result_may_be_an_operand),
        cmocka_unit_test(sums_out_of_range),
        cmocka_unit_test(nanoseconds_round_as_said),
        cmocka_unit_test(nanoseconds_out_of_range),
        cmocka_unit_test(from_nanoseconds),
    };
    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
