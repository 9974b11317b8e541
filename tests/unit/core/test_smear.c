/* SPDX-License-Identifier: BSD-2-Clause */
/* Smears at their ends and limits. tests/data/core/smear.txt is the oracle's. */
#include "fixture.h"

#define M0 SEC_2017
#define E_POS (M0 + 37) /* TAI of 00:00:00 after a positive leap second */
#define E_NEG (M0 + 35)

static const struct vmclock_smear_shape strict = {0, 0, 0};
static const struct vmclock_smear_shape noon = {-43200, -1, 43200};
static const struct vmclock_smear_shape sls = {-1000, 0, 0};

static struct vmclock_leap rule_with(uint8_t indicator)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_leap rule;
    s.ref_sec = (uint64_t)(M0 + 36 - 100000);
    s.leap_indicator = indicator;
    s.tai_offset_sec = 36;
    assert_int_equal(vmclock_leap_rule(&s, &rule), 0);
    return rule;
}

static struct vmclock_leap positive(void)
{
    return rule_with(VMCLOCK_LEAP_INDICATOR_PRE_POS);
}

static struct vmclock_leap negative(void)
{
    return rule_with(VMCLOCK_LEAP_INDICATOR_PRE_NEG);
}

/* Exact where floor and ceil agree. */
static void assert_smeared(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                           int64_t sec, uint64_t frac64, int64_t want_sec, uint64_t want_frac64)
{
    const struct vmclock_time instant = {sec, frac64};
    struct vmclock_time smeared;
    assert_int_equal(vmclock_raw_smear_floor(rule, shape, &instant, &smeared), 0);
    assert_time(&smeared, want_sec, want_frac64);
    assert_int_equal(vmclock_raw_smear_ceil(rule, shape, &instant, &smeared), 0);
    assert_time(&smeared, want_sec, want_frac64);
}

static void assert_unsmeared(const struct vmclock_leap *rule,
                             const struct vmclock_smear_shape *shape, int64_t sec, uint64_t frac64,
                             int64_t want_sec, uint64_t want_frac64)
{
    struct vmclock_time time = {sec, frac64};
    assert_int_equal(vmclock_raw_unsmear(rule, shape, &time, &time), 0);
    assert_time(&time, want_sec, want_frac64);
}

static void assert_all_fail(const struct vmclock_leap *rule,
                            const struct vmclock_smear_shape *shape, int64_t sec,
                            int64_t smeared_sec, int error)
{
    struct vmclock_time result;
    MARK(result);
    assert_int_equal(vmclock_raw_smear_floor(rule, shape, &(struct vmclock_time){sec, 0}, &result),
                     error);
    assert_int_equal(vmclock_raw_smear_ceil(rule, shape, &(struct vmclock_time){sec, 0}, &result),
                     error);
    assert_int_equal(
        vmclock_raw_unsmear(rule, shape, &(struct vmclock_time){smeared_sec, 0}, &result), error);
    ASSERT_UNTOUCHED(result);
}

static void registry(void **state)
{
    struct vmclock_smear_shape shape;
    (void)state;
    assert_int_equal(vmclock_smear_shape_of(VMCLOCK_SMEAR_HINT_STRICT, &shape), 0);
    assert_memory_equal(&shape, &strict, sizeof shape);
    assert_int_equal(vmclock_smear_shape_of(VMCLOCK_SMEAR_HINT_NOON_LINEAR, &shape), 0);
    assert_memory_equal(&shape, &noon, sizeof shape);
    assert_int_equal(vmclock_smear_shape_of(VMCLOCK_SMEAR_HINT_UTC_SLS, &shape), 0);
    assert_memory_equal(&shape, &sls, sizeof shape);
}

static void unknown_hints(void **state)
{
    struct vmclock_smear_shape shape;
    (void)state;
    MARK(shape);
    for (unsigned hint = 3; hint < 256; hint++) {
        assert_int_equal(vmclock_smear_shape_of((uint8_t)hint, &shape), VMCLOCK_ERR_SMEAR);
    }
    ASSERT_UNTOUCHED(shape);
}

static void noon_to_noon(void **state)
{
    const struct vmclock_leap plus = positive(), minus = negative();
    (void)state;
    assert_smeared(&plus, &noon, E_POS - 43201, 0, M0 - 43200, 0);
    assert_smeared(&plus, &noon, E_POS - 43202, 7, M0 - 43201, 7);
    assert_smeared(&plus, &noon, E_POS + 43200, 0, M0 + 43200, 0);
    assert_smeared(&minus, &noon, E_NEG - 43199, 0, M0 - 43200, 0);
    assert_smeared(&minus, &noon, E_NEG - 43200, 7, M0 - 43201, 7);
    assert_smeared(&minus, &noon, E_NEG + 43200, 0, M0 + 43200, 0);
    /* Half way, 23:59:60.5, half of the second is absorbed. */
    assert_smeared(&plus, &noon, E_POS - 1, UINT64_C(1) << 63, M0, 0);
}

static void utc_sls(void **state)
{
    const struct vmclock_leap plus = positive(), minus = negative();
    (void)state;
    assert_smeared(&plus, &sls, E_POS - 1000, 0, M0 - 999, 0);
    assert_smeared(&plus, &sls, E_POS, 0, M0, 0);
    assert_smeared(&minus, &sls, E_NEG - 1000, 0, M0 - 1001, 0);
    assert_smeared(&minus, &sls, E_NEG, 0, M0, 0);
    assert_smeared(&plus, &sls, E_POS - 500, 0, M0 - 500, UINT64_C(1) << 63);
}

/* The last unit before the end: what is rounded must carry into the seconds. */
static void last_unit_of_a_smear(void **state)
{
    const struct vmclock_leap plus = positive(), minus = negative();
    const struct vmclock_time before_pos = {E_POS - 1, UINT64_MAX};
    const struct vmclock_time before_neg = {E_NEG - 1, UINT64_MAX};
    struct vmclock_time smeared;
    (void)state;
    assert_int_equal(vmclock_raw_smear_floor(&plus, &sls, &before_pos, &smeared), 0);
    assert_time(&smeared, M0 - 1, UINT64_MAX);
    assert_int_equal(vmclock_raw_smear_ceil(&plus, &sls, &before_pos, &smeared), 0);
    assert_time(&smeared, M0, 0);
    assert_int_equal(vmclock_raw_smear_floor(&minus, &sls, &before_neg, &smeared), 0);
    assert_time(&smeared, M0 - 1, UINT64_MAX - 1);
    assert_int_equal(vmclock_raw_smear_ceil(&minus, &sls, &before_neg, &smeared), 0);
    assert_time(&smeared, M0 - 1, UINT64_MAX);
    assert_unsmeared(&plus, &sls, M0 - 1, UINT64_MAX, E_POS - 1, UINT64_MAX);
    assert_unsmeared(&plus, &sls, M0, 0, E_POS, 0);
    assert_unsmeared(&minus, &sls, M0 - 1, UINT64_MAX - 1, E_NEG - 1, UINT64_MAX);
    assert_unsmeared(&minus, &sls, M0 - 1, UINT64_MAX, E_NEG, 0);
}

static void strict_is_posix(void **state)
{
    const struct vmclock_leap plus = positive(), minus = negative(), none = rule_with(0);
    (void)state;
    assert_smeared(&plus, &strict, E_POS - 2, 9, M0 - 1, 9);
    assert_smeared(&plus, &strict, E_POS - 1, 9, M0 - 1, 9);
    assert_smeared(&plus, &strict, E_POS, 9, M0, 9);
    assert_smeared(&minus, &strict, E_NEG - 1, 9, M0 - 2, 9);
    assert_smeared(&minus, &strict, E_NEG, 9, M0, 9);
    assert_smeared(&none, &strict, M0 + 36, 9, M0, 9);
}

/* The least instant: the first of a repeated second, the end of one that was left out. */
static void strict_inverse(void **state)
{
    const struct vmclock_leap plus = positive(), minus = negative();
    (void)state;
    assert_unsmeared(&plus, &strict, M0 - 1, 9, E_POS - 2, 9);
    assert_unsmeared(&plus, &strict, M0, 0, E_POS, 0);
    assert_unsmeared(&minus, &strict, M0 - 2, 9, E_NEG - 1, 9);
    assert_unsmeared(&minus, &strict, M0 - 1, 9, E_NEG, 0);
    assert_unsmeared(&minus, &strict, M0, 9, E_NEG, 9);
}

static void no_leap_second_no_smear(void **state)
{
    const struct vmclock_leap none = rule_with(0);
    (void)state;
    assert_smeared(&none, &noon, M0 + 36, 9, M0, 9);
    assert_smeared(&none, &sls, M0 + 35, 9, M0 - 1, 9);
    assert_unsmeared(&none, &noon, M0, 9, M0 + 36, 9);
}

/* Ever later instants never show an earlier time, and back is no later. */
static void never_backwards(void **state)
{
    const struct vmclock_leap rules[] = {positive(), negative()};
    const struct vmclock_smear_shape *shapes[] = {&noon, &sls};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct vmclock_time last = {0, 0}, floor, ceil, back;
        struct vmclock_time instant = {M0 - 50000, 0};
        const struct vmclock_time step = {7, UINT64_C(0x3333333333333333)};
        while (instant.sec < M0 + 50000) {
            assert_int_equal(
                vmclock_raw_smear_floor(&rules[i & 1], shapes[i / 2], &instant, &floor), 0);
            assert_int_equal(vmclock_raw_smear_ceil(&rules[i & 1], shapes[i / 2], &instant, &ceil),
                             0);
            assert_true(vmclock_time_compare(&last, &floor) < 0);
            assert_true(vmclock_time_compare(&floor, &ceil) <= 0);
            assert_int_equal(vmclock_raw_unsmear(&rules[i & 1], shapes[i / 2], &floor, &back), 0);
            assert_true(vmclock_time_compare(&back, &instant) <= 0);
            last = ceil;
            assert_int_equal(vmclock_time_add(&instant, &step, &instant), 0);
        }
    }
}

static void result_may_be_the_input(void **state)
{
    const struct vmclock_leap rule = positive();
    struct vmclock_time time = {E_POS - 43201, 0};
    (void)state;
    assert_int_equal(vmclock_raw_smear_floor(&rule, &noon, &time, &time), 0);
    assert_time(&time, M0 - 43200, 0);
    assert_int_equal(vmclock_raw_smear_ceil(&rule, &noon, &time, &time), 0);
}

static void shapes_that_are_none(void **state)
{
    static const struct vmclock_smear_shape shapes[] = {
        {5, 0, 5},
        {5, 0, -5},
        {0, 0, 1}, /* a positive leap second would stand still */
        {-1, 1, 0},
        {-1, -1, 0},
        {-3, 3, 0},
        {-3, -4, 0},
        {0, 1, 0},
        {-(1 << 30) - 1, 0, 0},
        {-5, 0, (1 << 30) + 1},
        {-(1 << 30), (1 << 30) + 1, 1 << 30},
        {INT32_MIN, INT32_MIN, INT32_MAX},
        {INT32_MIN, INT32_MAX, INT32_MAX}};
    const struct vmclock_leap rules[] = {positive(), negative(), rule_with(0)};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        for (size_t n = 0; n < 3; n++) {
            assert_all_fail(&rules[n], &shapes[i], M0 + 36, M0, VMCLOCK_ERR_SMEAR);
        }
    }
}

static void shortest_shapes(void **state)
{
    const struct vmclock_leap plus = positive(), minus = negative();
    const struct vmclock_smear_shape two = {-2, 0, 0};
    (void)state;
    assert_smeared(&plus, &two, E_POS - 2, 0, M0 - 1, 0);
    assert_smeared(&plus, &two, E_POS - 1, 0, M0 - 1, UINT64_C(1) << 63);
    assert_smeared(&minus, &two, E_NEG - 2, 0, M0 - 3, 0);
    assert_smeared(&minus, &two, E_NEG - 1, 0, M0 - 2, UINT64_C(1) << 63);
}

/* Close to where an unknown leap second may be, its smear could already have begun. */
static void horizon_is_narrower_by_the_shape(void **state)
{
    const struct vmclock_leap rule = rule_with(0);
    const int64_t from = rule.known_from_sec, until = rule.known_until_sec;
    (void)state;
    assert_smeared(&rule, &strict, from, 1, from - 36, 1);
    assert_smeared(&rule, &strict, until - 1, 1, until - 37, 1);
    assert_all_fail(&rule, &strict, from - 1, from - 37, VMCLOCK_ERR_LEAP_HORIZON);
    assert_all_fail(&rule, &strict, until, until - 36, VMCLOCK_ERR_LEAP_HORIZON);

    assert_smeared(&rule, &noon, from + 43200, 1, from + 43200 - 36, 1);
    assert_smeared(&rule, &noon, until - 43200, 1, until - 43200 - 36, 1);
    assert_all_fail(&rule, &noon, from + 43199, from + 43199 - 36, VMCLOCK_ERR_LEAP_HORIZON);
    assert_all_fail(&rule, &noon, until - 43199, until - 43199 - 36, VMCLOCK_ERR_LEAP_HORIZON);

    assert_smeared(&rule, &sls, from, 1, from - 36, 1);
    assert_smeared(&rule, &sls, until - 1001, 1, until - 1001 - 36, 1);
    assert_all_fail(&rule, &sls, until - 1000, until - 1000 - 36, VMCLOCK_ERR_LEAP_HORIZON);
    assert_all_fail(&rule, &sls, INT64_MIN, INT64_MIN, VMCLOCK_ERR_LEAP_HORIZON);
    assert_all_fail(&rule, &sls, INT64_MAX, INT64_MAX, VMCLOCK_ERR_LEAP_HORIZON);
}

/* Each term of the narrower limits, by shapes in which it alone counts. */
static void horizon_of_other_shapes(void **state)
{
    const struct vmclock_leap rule = rule_with(0);
    const int64_t from = rule.known_from_sec, until = rule.known_until_sec;
    const struct vmclock_smear_shape early_for_positive = {-1000, -10, 0};
    const struct vmclock_smear_shape early_for_negative = {-1000, 10, 0};
    const struct vmclock_smear_shape a_second_late = {-1000, 0, 1};
    const struct vmclock_smear_shape widest = {-(1 << 30), 0, 1 << 30};
    (void)state;
    assert_smeared(&rule, &early_for_positive, until - 1009, 1, until - 1009 - 36, 1);
    assert_all_fail(&rule, &early_for_positive, until - 1008, until - 1008 - 36,
                    VMCLOCK_ERR_LEAP_HORIZON);
    assert_smeared(&rule, &early_for_negative, until - 1011, 1, until - 1011 - 36, 1);
    assert_all_fail(&rule, &early_for_negative, until - 1010, until - 1010 - 36,
                    VMCLOCK_ERR_LEAP_HORIZON);
    assert_smeared(&rule, &a_second_late, from + 1, 1, from + 1 - 36, 1);
    assert_all_fail(&rule, &a_second_late, from, from - 36, VMCLOCK_ERR_LEAP_HORIZON);
    assert_all_fail(&rule, &widest, M0 + 36, M0, VMCLOCK_ERR_LEAP_HORIZON);
}

static void utc_unknown(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_leap rule;
    (void)state;
    s.tai_offset_sec = 0;
    assert_int_equal(vmclock_leap_rule(&s, &rule), 0);
    assert_all_fail(&rule, &noon, M0, M0, VMCLOCK_ERR_TAI_OFFSET);
}

int run_smear_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registry),
        cmocka_unit_test(unknown_hints),
        cmocka_unit_test(noon_to_noon),
        cmocka_unit_test(utc_sls),
        cmocka_unit_test(last_unit_of_a_smear),
        cmocka_unit_test(strict_is_posix),
        cmocka_unit_test(strict_inverse),
        cmocka_unit_test(no_leap_second_no_smear),
        cmocka_unit_test(never_backwards),
        cmocka_unit_test(result_may_be_the_input),
        cmocka_unit_test(shapes_that_are_none),
        cmocka_unit_test(shortest_shapes),
        cmocka_unit_test(horizon_is_narrower_by_the_shape),
        cmocka_unit_test(horizon_of_other_shapes),
        cmocka_unit_test(utc_unknown),
    };
    return cmocka_run_group_tests_name("smear", tests, NULL, NULL);
}
