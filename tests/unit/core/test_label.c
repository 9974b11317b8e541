/* SPDX-License-Identifier: BSD-2-Clause */
/* Instants of the axis to UTC and TAI and back, across the leap second that ended 2016. */
#include "fixture.h"

#define M0 SEC_2017
#define FRAC UINT64_C(0x123456789abcdef)

static struct vmclock_leap rule_at(uint8_t type, int64_t ref_sec, uint8_t indicator, int16_t offset)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_leap rule;
    s.time_type = type;
    s.ref_sec = (uint64_t)ref_sec;
    s.leap_indicator = indicator;
    s.tai_offset_sec = offset;
    assert_int_equal(vmclock_leap_rule(&s, &rule), 0);
    return rule;
}

static struct vmclock_leap positive(void)
{
    return rule_at(1, M0 + 36 - 1000, VMCLOCK_LEAP_INDICATOR_PRE_POS, 36);
}

static struct vmclock_leap negative(void)
{
    return rule_at(1, M0 + 36 - 1000, VMCLOCK_LEAP_INDICATOR_PRE_NEG, 36);
}

static int to_utc(const struct vmclock_leap *rule, int64_t sec, struct vmclock_utc *utc)
{
    const struct vmclock_time instant = {sec, FRAC};
    MARK(*utc);
    const int code = vmclock_raw_axis_to_utc(rule, &instant, utc);
    if (code != 0) {
        ASSERT_UNTOUCHED(*utc);
    }
    return code;
}

static int to_axis(const struct vmclock_leap *rule, int64_t posix_sec, uint8_t in_leap_second,
                   struct vmclock_time *instant)
{
    const struct vmclock_utc utc = {posix_sec, FRAC, in_leap_second};
    MARK(*instant);
    const int code = vmclock_raw_utc_to_axis(rule, &utc, instant);
    if (code != 0) {
        ASSERT_UNTOUCHED(*instant);
    }
    return code;
}

static void assert_label(const struct vmclock_leap *rule, int64_t sec, int64_t posix_sec,
                         uint8_t in_leap_second)
{
    struct vmclock_utc utc;
    struct vmclock_time back;
    assert_int_equal(to_utc(rule, sec, &utc), 0);
    assert_true(utc.posix_sec == posix_sec);
    assert_true(utc.frac64 == FRAC);
    assert_int_equal(utc.in_leap_second, in_leap_second);
    assert_int_equal(to_axis(rule, posix_sec, in_leap_second, &back), 0);
    assert_time(&back, sec, FRAC);
}

static void across_a_positive_leap_second(void **state)
{
    const struct vmclock_leap rule = positive();
    (void)state;
    assert_label(&rule, M0 + 34, M0 - 2, 0);
    assert_label(&rule, M0 + 35, M0 - 1, 0);
    assert_label(&rule, M0 + 36, M0 - 1, 1);
    assert_label(&rule, M0 + 37, M0, 0);
    assert_label(&rule, M0 + 38, M0 + 1, 0);
}

static void across_a_negative_leap_second(void **state)
{
    const struct vmclock_leap rule = negative();
    struct vmclock_time instant;
    (void)state;
    assert_label(&rule, M0 + 33, M0 - 3, 0);
    assert_label(&rule, M0 + 34, M0 - 2, 0);
    assert_label(&rule, M0 + 35, M0, 0);
    assert_label(&rule, M0 + 36, M0 + 1, 0);
    assert_int_equal(to_axis(&rule, M0 - 1, 0, &instant), VMCLOCK_ERR_CALENDAR);
}

/* The ends of the months around it are days like others. */
static void months_without_a_leap_second(void **state)
{
    const struct vmclock_leap on_tai = rule_at(1, M0 + 37 - 1000, 0, 37);
    const struct vmclock_leap on_utc = rule_at(0, M0 + 1000, 0, 37);
    (void)state;
    assert_label(&on_tai, M0 + 36, M0 - 1, 0);
    assert_label(&on_tai, M0 + 37, M0, 0);
    assert_label(&on_utc, M0 - 1, M0 - 1, 0);
    assert_label(&on_utc, M0, M0, 0);
    assert_label(&on_utc, M0 + 31 * DAY_SEC - 1, M0 + 31 * DAY_SEC - 1, 0);
    assert_label(&on_utc, M0 + 31 * DAY_SEC, M0 + 31 * DAY_SEC, 0);
}

/* Back over a leap second that the page has passed, on both kinds of pages. */
static void backwards_over_one_that_passed(void **state)
{
    struct vmclock_leap rule = rule_at(1, M0 + 37 + 5, VMCLOCK_LEAP_INDICATOR_POST_POS, -37);
    (void)state;
    assert_label(&rule, M0 + 37, M0, 0);
    assert_label(&rule, M0 + 36, M0 - 1, 1);
    assert_label(&rule, M0 + 35, M0 - 1, 0);
    rule = rule_at(0, M0 + 5, VMCLOCK_LEAP_INDICATOR_POST_POS, 37);
    assert_label(&rule, M0 + 5, M0 + 5, 0);
    assert_label(&rule, M0 - 1, M0 - 1, 1);
    assert_label(&rule, M0 - 2, M0 - 1, 0);
    rule = rule_at(0, M0 + 5, VMCLOCK_LEAP_INDICATOR_POST_NEG, 35);
    assert_label(&rule, M0, M0, 0);
    assert_label(&rule, M0 - 1, M0 - 2, 0);
}

static void labels_that_do_not_exist(void **state)
{
    const struct vmclock_leap none = rule_at(1, M0 + 37, 0, 37), plus = positive(),
                              minus = negative();
    struct vmclock_time instant;
    (void)state;
    assert_int_equal(to_axis(&none, M0 - 1, 1, &instant), VMCLOCK_ERR_CALENDAR);
    assert_int_equal(to_axis(&none, M0 + 31 * DAY_SEC - 1, 1, &instant), VMCLOCK_ERR_CALENDAR);
    assert_int_equal(to_axis(&minus, M0 - 1, 1, &instant), VMCLOCK_ERR_CALENDAR);
    assert_int_equal(to_axis(&plus, M0, 1, &instant), VMCLOCK_ERR_CALENDAR);
    assert_int_equal(to_axis(&plus, M0 - 2, 1, &instant), VMCLOCK_ERR_CALENDAR);
}

static void assert_horizon(const struct vmclock_leap *rule)
{
    struct vmclock_utc utc;
    struct vmclock_time instant;
    const int64_t first_posix = rule->known_from_sec - rule->before_sec;
    const int64_t end_posix = rule->known_until_sec - rule->before_sec - rule->leap;
    assert_label(rule, rule->known_from_sec, first_posix, 0);
    assert_label(rule, rule->known_until_sec - 1, end_posix - 1, 0);
    assert_int_equal(to_utc(rule, rule->known_from_sec - 1, &utc), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(to_utc(rule, rule->known_until_sec, &utc), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(to_utc(rule, INT64_MIN, &utc), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(to_utc(rule, INT64_MAX, &utc), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(to_axis(rule, first_posix - 1, 0, &instant), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(to_axis(rule, end_posix, 0, &instant), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(to_axis(rule, INT64_MIN, 0, &instant), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(to_axis(rule, INT64_MAX, 0, &instant), VMCLOCK_ERR_LEAP_HORIZON);
}

static void horizon(void **state)
{
    const struct vmclock_leap rules[] = {positive(), negative(), rule_at(1, M0 + 37, 0, 37),
                                         rule_at(0, M0, VMCLOCK_LEAP_INDICATOR_POST_POS, 37),
                                         rule_at(0, M0, VMCLOCK_LEAP_INDICATOR_POST_NEG, 37)};
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        assert_horizon(&rules[i]);
    }
}

static void utc_unknown(void **state)
{
    const struct vmclock_leap rule = rule_at(1, M0, 0, 0);
    struct vmclock_utc utc;
    struct vmclock_time instant;
    int32_t offset;
    (void)state;
    assert_int_equal(to_utc(&rule, M0, &utc), VMCLOCK_ERR_TAI_OFFSET);
    assert_int_equal(to_axis(&rule, M0, 0, &instant), VMCLOCK_ERR_TAI_OFFSET);
    MARK(offset);
    assert_int_equal(vmclock_raw_tai_minus_utc(&rule, &(struct vmclock_time){M0, 0}, &offset),
                     VMCLOCK_ERR_TAI_OFFSET);
    ASSERT_UNTOUCHED(offset);
}

static void tai_of_both_axes(void **state)
{
    const struct vmclock_leap on_tai = positive(), on_utc = rule_at(0, M0, 0, -37);
    struct vmclock_time time = {M0, FRAC};
    (void)state;
    assert_int_equal(vmclock_raw_axis_to_tai(&on_tai, &time, &time), 0);
    assert_time(&time, M0, FRAC);
    assert_int_equal(vmclock_raw_tai_to_axis(&on_tai, &time, &time), 0);
    assert_time(&time, M0, FRAC);
    assert_int_equal(vmclock_raw_axis_to_tai(&on_utc, &time, &time), 0);
    assert_time(&time, M0 + 37, FRAC);
    assert_int_equal(vmclock_raw_tai_to_axis(&on_utc, &time, &time), 0);
    assert_time(&time, M0, FRAC);
}

/* TAI goes on where UTC's knowledge ends. */
static void tai_has_no_horizon(void **state)
{
    const struct vmclock_leap rule = rule_at(0, M0, 0, 37);
    struct vmclock_time tai;
    (void)state;
    assert_int_equal(
        vmclock_raw_axis_to_tai(&rule, &(struct vmclock_time){INT64_MAX - 37, FRAC}, &tai), 0);
    assert_time(&tai, INT64_MAX, FRAC);
    MARK(tai);
    assert_int_equal(
        vmclock_raw_axis_to_tai(&rule, &(struct vmclock_time){INT64_MAX - 36, FRAC}, &tai),
        VMCLOCK_ERR_RANGE);
    assert_int_equal(
        vmclock_raw_tai_to_axis(&rule, &(struct vmclock_time){INT64_MIN + 36, FRAC}, &tai),
        VMCLOCK_ERR_RANGE);
    ASSERT_UNTOUCHED(tai);
}

static void tai_unknown(void **state)
{
    const struct vmclock_leap rule = rule_at(0, M0, 0, 9);
    const struct vmclock_time instant = {M0, 0};
    struct vmclock_time tai;
    int32_t offset;
    (void)state;
    MARK(tai);
    MARK(offset);
    assert_int_equal(vmclock_raw_axis_to_tai(&rule, &instant, &tai), VMCLOCK_ERR_TAI_OFFSET);
    assert_int_equal(vmclock_raw_tai_to_axis(&rule, &instant, &tai), VMCLOCK_ERR_TAI_OFFSET);
    assert_int_equal(vmclock_raw_tai_minus_utc(&rule, &instant, &offset), VMCLOCK_ERR_TAI_OFFSET);
    ASSERT_UNTOUCHED(tai);
    ASSERT_UNTOUCHED(offset);
}

static void assert_offset(const struct vmclock_leap *rule, int64_t sec, int32_t want)
{
    int32_t offset;
    assert_int_equal(vmclock_raw_tai_minus_utc(rule, &(struct vmclock_time){sec, FRAC}, &offset),
                     0);
    assert_int_equal(offset, want);
}

static void tai_minus_utc(void **state)
{
    const struct vmclock_leap plus = positive(), minus = negative();
    const struct vmclock_leap on_utc = rule_at(0, M0 + 5, VMCLOCK_LEAP_INDICATOR_POST_POS, 37);
    int32_t offset;
    (void)state;
    assert_offset(&plus, M0 + 35, 36);
    assert_offset(&plus, M0 + 36, 37);
    assert_offset(&plus, M0 + 37, 37);
    assert_offset(&minus, M0 + 34, 36);
    assert_offset(&minus, M0 + 35, 35);
    assert_offset(&on_utc, M0 - 2, 36);
    assert_offset(&on_utc, M0 - 1, 37);
    MARK(offset);
    assert_int_equal(
        vmclock_raw_tai_minus_utc(&plus, &(struct vmclock_time){plus.known_until_sec, 0}, &offset),
        VMCLOCK_ERR_LEAP_HORIZON);
    ASSERT_UNTOUCHED(offset);
}

/* Labels come last, per end: the ends stay in order although the count steps back. */
static void interval_over_a_leap_second(void **state)
{
    const struct vmclock_leap rule = positive();
    struct vmclock_utc earliest, latest;
    (void)state;
    assert_int_equal(
        vmclock_raw_axis_to_utc(&rule, &(struct vmclock_time){M0 + 35, UINT64_MAX}, &earliest), 0);
    assert_int_equal(vmclock_raw_axis_to_utc(&rule, &(struct vmclock_time){M0 + 36, 1}, &latest),
                     0);
    assert_true(earliest.posix_sec == latest.posix_sec);
    assert_int_equal(earliest.in_leap_second, 0);
    assert_int_equal(latest.in_leap_second, 1);
}

int run_label_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(across_a_positive_leap_second),
        cmocka_unit_test(across_a_negative_leap_second),
        cmocka_unit_test(months_without_a_leap_second),
        cmocka_unit_test(backwards_over_one_that_passed),
        cmocka_unit_test(labels_that_do_not_exist),
        cmocka_unit_test(horizon),
        cmocka_unit_test(utc_unknown),
        cmocka_unit_test(tai_of_both_axes),
        cmocka_unit_test(tai_has_no_horizon),
        cmocka_unit_test(tai_unknown),
        cmocka_unit_test(tai_minus_utc),
        cmocka_unit_test(interval_over_a_leap_second),
    };
    return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
