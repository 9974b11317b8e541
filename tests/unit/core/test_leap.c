/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock_leap_rule: what a page says about leap seconds and offsets. */
#include "fixture.h"

/* December 2016 to January 2017, around the leap second that ended 2016. */
#define M0 SEC_2017
#define NOVEMBER (M0 - 61 * DAY_SEC)
#define DECEMBER (M0 - 31 * DAY_SEC)
#define FEBRUARY (M0 + 31 * DAY_SEC)
#define MARCH (M0 + 59 * DAY_SEC)

static struct vmclock_snapshot page(uint8_t type, int64_t ref_sec, uint8_t indicator,
                                    int16_t offset)
{
    struct vmclock_snapshot s = good_snapshot();
    s.time_type = type;
    s.ref_sec = (uint64_t)ref_sec;
    s.leap_indicator = indicator;
    s.tai_offset_sec = offset;
    return s;
}

static void assert_rule(const struct vmclock_snapshot *s, const struct vmclock_leap *want)
{
    const struct vmclock_leap rule = rule_of(s);
    assert_int_equal(rule.utc_error, 0);
    assert_int_equal(rule.tai_error, 0);
    assert_true(rule.known_from_sec == want->known_from_sec);
    assert_true(rule.known_until_sec == want->known_until_sec);
    assert_int_equal(rule.leap, want->leap);
    assert_true(want->leap == 0 || rule.boundary_sec == want->boundary_sec);
    assert_int_equal(rule.before_sec, want->before_sec);
    assert_int_equal(rule.tai_ahead_sec, want->tai_ahead_sec);
}

static void assert_errors(const struct vmclock_snapshot *s, int utc_error, int tai_error)
{
    const struct vmclock_leap rule = rule_of(s);
    assert_int_equal(rule.utc_error, utc_error);
    assert_int_equal(rule.tai_error, tai_error);
}

static void no_leap_second(void **state)
{
    const struct vmclock_leap on_tai = {
        .known_from_sec = NOVEMBER + 36, .known_until_sec = FEBRUARY - 1 + 36, .before_sec = 36};
    const struct vmclock_leap on_utc = {
        .known_from_sec = NOVEMBER, .known_until_sec = FEBRUARY - 1, .tai_ahead_sec = 36};
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        struct vmclock_snapshot s = page(1, DECEMBER + 36, 0, (int16_t)(sign * 36));
        assert_rule(&s, &on_tai);
        s = page(1, M0 - 1 + 36, 0, (int16_t)(sign * 36));
        assert_rule(&s, &on_tai);
        s = page(0, DECEMBER, 0, (int16_t)(sign * 36));
        assert_rule(&s, &on_utc);
        s = page(0, M0 - 1, 0, (int16_t)(sign * 36));
        assert_rule(&s, &on_utc);
    }
}

static void positive_to_come(void **state)
{
    struct vmclock_snapshot s = page(1, DECEMBER + 36, VMCLOCK_LEAP_INDICATOR_PRE_POS, 36);
    (void)state;
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = NOVEMBER + 36,
                                           .known_until_sec = FEBRUARY - 1 + 37,
                                           .boundary_sec = M0 + 36,
                                           .before_sec = 36,
                                           .leap = 1});
    s = page(0, M0 - 1, VMCLOCK_LEAP_INDICATOR_PRE_POS, 36);
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = NOVEMBER,
                                           .known_until_sec = FEBRUARY,
                                           .boundary_sec = M0,
                                           .tai_ahead_sec = 36,
                                           .leap = 1});
}

static void negative_to_come(void **state)
{
    struct vmclock_snapshot s = page(1, M0 - 2 + 36, VMCLOCK_LEAP_INDICATOR_PRE_NEG, 36);
    (void)state;
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = NOVEMBER + 36,
                                           .known_until_sec = FEBRUARY - 1 + 35,
                                           .boundary_sec = M0 - 1 + 36,
                                           .before_sec = 36,
                                           .leap = -1});
    s = page(0, DECEMBER, VMCLOCK_LEAP_INDICATOR_PRE_NEG, 36);
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = NOVEMBER,
                                           .known_until_sec = FEBRUARY - 2,
                                           .boundary_sec = M0 - 1,
                                           .tai_ahead_sec = 36,
                                           .leap = -1});
}

static void positive_past(void **state)
{
    struct vmclock_snapshot s = page(1, M0 + 37, VMCLOCK_LEAP_INDICATOR_POST_POS, -37);
    (void)state;
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = DECEMBER + 36,
                                           .known_until_sec = MARCH - 1 + 37,
                                           .boundary_sec = M0 + 36,
                                           .before_sec = 36,
                                           .leap = 1});
    s = page(0, FEBRUARY - 1, VMCLOCK_LEAP_INDICATOR_POST_POS, 37);
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = DECEMBER - 1,
                                           .known_until_sec = MARCH - 1,
                                           .boundary_sec = M0 - 1,
                                           .before_sec = -1,
                                           .tai_ahead_sec = 37,
                                           .leap = 1});
}

static void negative_past(void **state)
{
    struct vmclock_snapshot s = page(1, M0 + 35, VMCLOCK_LEAP_INDICATOR_POST_NEG, 35);
    (void)state;
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = DECEMBER + 36,
                                           .known_until_sec = MARCH - 1 + 35,
                                           .boundary_sec = M0 - 1 + 36,
                                           .before_sec = 36,
                                           .leap = -1});
    s = page(0, M0, VMCLOCK_LEAP_INDICATOR_POST_NEG, 35);
    assert_rule(&s, &(struct vmclock_leap){.known_from_sec = DECEMBER + 1,
                                           .known_until_sec = MARCH - 1,
                                           .boundary_sec = M0,
                                           .before_sec = 1,
                                           .tai_ahead_sec = 35,
                                           .leap = -1});
}

/* 23:59:60 itself: the time of day tells whether the offset is already the new one. */
static void inside_with_either_offset(void **state)
{
    const struct vmclock_leap want = {.known_from_sec = NOVEMBER + 36,
                                      .known_until_sec = FEBRUARY - 1 + 37,
                                      .boundary_sec = M0 + 36,
                                      .before_sec = 36,
                                      .leap = 1};
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        struct vmclock_snapshot s =
            page(1, M0 + 36, VMCLOCK_LEAP_INDICATOR_POS, (int16_t)(sign * 36));
        assert_rule(&s, &want);
        s = page(1, M0 + 36, VMCLOCK_LEAP_INDICATOR_POS, (int16_t)(sign * 37));
        assert_rule(&s, &want);
    }
}

/* On a UTC page the count may or may not have stepped back; which offset it gives is unknown. */
static void inside_on_a_utc_page(void **state)
{
    struct vmclock_snapshot s = page(0, M0, VMCLOCK_LEAP_INDICATOR_POS, 36);
    (void)state;
    const struct vmclock_leap running = rule_of(&s);
    assert_int_equal(running.utc_error, 0);
    assert_int_equal(running.tai_error, VMCLOCK_ERR_LEAP);
    assert_true(running.boundary_sec == M0 && running.before_sec == 0);
    assert_true(running.known_from_sec == NOVEMBER && running.known_until_sec == FEBRUARY);
    assert_int_equal(running.leap, 1);
    s = page(0, M0 - 1, VMCLOCK_LEAP_INDICATOR_POS, 37);
    const struct vmclock_leap repeating = rule_of(&s);
    assert_int_equal(repeating.utc_error, 0);
    assert_int_equal(repeating.tai_error, VMCLOCK_ERR_LEAP);
    assert_true(repeating.boundary_sec == M0 - 1 && repeating.before_sec == -1);
    assert_true(repeating.known_from_sec == NOVEMBER - 1);
    assert_true(repeating.known_until_sec == FEBRUARY - 1);
}

static void inside_but_elsewhere(void **state)
{
    static const int64_t other_sec[] = {M0 + 1,       M0 - 2,       M0 - 43200,
                                        M0 - DAY_SEC, M0 + DAY_SEC, M0 - DAY_SEC - 1};
    (void)state;
    for (size_t i = 0; i < sizeof other_sec / sizeof *other_sec; i++) {
        struct vmclock_snapshot s = page(1, other_sec[i] + 36, VMCLOCK_LEAP_INDICATOR_POS, 36);
        assert_errors(&s, VMCLOCK_ERR_LEAP, 0);
        s = page(0, other_sec[i], VMCLOCK_LEAP_INDICATOR_POS, 36);
        assert_errors(&s, VMCLOCK_ERR_LEAP, VMCLOCK_ERR_LEAP);
    }
}

/* A page that says PRE_NEG in the very second that is to be left out contradicts itself. */
static void negative_to_come_too_late(void **state)
{
    struct vmclock_snapshot s = page(1, M0 - 1 + 36, VMCLOCK_LEAP_INDICATOR_PRE_NEG, 36);
    (void)state;
    assert_errors(&s, VMCLOCK_ERR_LEAP, 0);
    s = page(0, M0 - 1, VMCLOCK_LEAP_INDICATOR_PRE_NEG, 36);
    assert_errors(&s, VMCLOCK_ERR_LEAP, 0);
}

static void unknown_indicators(void **state)
{
    struct vmclock_snapshot s = page(1, M0 + 37, 0, 37);
    (void)state;
    for (unsigned indicator = 6; indicator < 256; indicator++) {
        s.leap_indicator = (uint8_t)indicator;
        assert_errors(&s, VMCLOCK_ERR_LEAP, 0);
    }
}

static void implausible_offsets(void **state)
{
    (void)state;
    for (int16_t offset = -9; offset <= 9; offset++) {
        struct vmclock_snapshot s = page(1, M0, 0, offset);
        assert_errors(&s, VMCLOCK_ERR_TAI_OFFSET, 0);
        assert_int_equal(rule_of(&s).tai_ahead_sec, 0);
        s = page(0, M0, 0, offset);
        assert_errors(&s, 0, VMCLOCK_ERR_TAI_OFFSET);
    }
    struct vmclock_snapshot s = page(1, M0, 0, -10);
    assert_errors(&s, 0, 0);
    s = page(0, M0, 0, 10);
    assert_errors(&s, 0, 0);
    assert_int_equal(rule_of(&s).tai_ahead_sec, 10);
    s = page(0, M0, 0, INT16_MIN);
    assert_int_equal(rule_of(&s).tai_ahead_sec, 32768);
}

static void offset_without_its_flag(void **state)
{
    struct vmclock_snapshot s = page(1, M0, 0, 37);
    (void)state;
    s.have &= (uint16_t)~VMCLOCK_HAVE_TAI_OFFSET;
    assert_errors(&s, VMCLOCK_ERR_TAI_OFFSET, 0);
    s.time_type = 0;
    assert_errors(&s, 0, VMCLOCK_ERR_TAI_OFFSET);
}

static void monotonic_has_no_epoch(void **state)
{
    struct vmclock_snapshot s = page(2, M0, 0, 37);
    struct vmclock_leap rule;
    (void)state;
    assert_errors(&s, VMCLOCK_ERR_NO_EPOCH, VMCLOCK_ERR_NO_EPOCH);
    rule = rule_of(&s); /* whose other members have a value, for those who copy or compare them */
    assert_true(rule.known_from_sec == 0 && rule.known_until_sec == 0 && rule.boundary_sec == 0);
    assert_true(rule.before_sec == 0 && rule.tai_ahead_sec == 0 && rule.leap == 0);
}

static void reference_too_far_off(void **state)
{
    struct vmclock_snapshot s = page(1, INT64_MAX - (INT64_C(1) << 32), 0, 37);
    (void)state;
    assert_errors(&s, 0, 0);
    s.ref_sec++;
    assert_errors(&s, VMCLOCK_ERR_RANGE, VMCLOCK_ERR_RANGE);
    s.ref_sec = UINT64_MAX;
    assert_errors(&s, VMCLOCK_ERR_RANGE, VMCLOCK_ERR_RANGE);
    s.time_type = 0;
    assert_errors(&s, VMCLOCK_ERR_RANGE, VMCLOCK_ERR_RANGE);
}

static void no_rule(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_leap rule;
    (void)state;
    MARK(rule);
    s.have &= (uint16_t)~VMCLOCK_HAVE_CLOCK;
    assert_int_equal(vmclock_leap_rule(&s, &rule), VMCLOCK_ERR_NO_CLOCK);
    s.have |= VMCLOCK_HAVE_CLOCK;
    for (unsigned type = 3; type < 256; type++) {
        s.time_type = (uint8_t)type;
        assert_int_equal(vmclock_leap_rule(&s, &rule), VMCLOCK_ERR_TIME_TYPE);
    }
    ASSERT_UNTOUCHED(rule);
}

/* Knowledge at a turn of the year, whose months belong to two years. */
static void months_across_new_year(void **state)
{
    struct vmclock_snapshot s = page(0, M0, 0, 37);
    (void)state;
    struct vmclock_leap rule = rule_of(&s);
    assert_true(rule.known_from_sec == DECEMBER && rule.known_until_sec == MARCH - 1);
    s.ref_sec = (uint64_t)NOVEMBER;
    rule = rule_of(&s);
    assert_true(rule.known_until_sec == M0 - 1);
    s.ref_sec = 0; /* 1970: what was before is known too */
    rule = rule_of(&s);
    assert_true(rule.known_from_sec == -31 * DAY_SEC);
}

int run_leap_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_leap_second),
        cmocka_unit_test(positive_to_come),
        cmocka_unit_test(negative_to_come),
        cmocka_unit_test(positive_past),
        cmocka_unit_test(negative_past),
        cmocka_unit_test(inside_with_either_offset),
        cmocka_unit_test(inside_on_a_utc_page),
        cmocka_unit_test(inside_but_elsewhere),
        cmocka_unit_test(negative_to_come_too_late),
        cmocka_unit_test(unknown_indicators),
        cmocka_unit_test(implausible_offsets),
        cmocka_unit_test(offset_without_its_flag),
        cmocka_unit_test(monotonic_has_no_epoch),
        cmocka_unit_test(reference_too_far_off),
        cmocka_unit_test(no_rule),
        cmocka_unit_test(months_across_new_year),
    };
    return cmocka_run_group_tests_name("leap", tests, NULL, NULL);
}
