/* SPDX-License-Identifier: BSD-2-Clause */
/* Readings of UTC in smeared time: each of their parts, and what has no smear. */
#include "fixture.h"

#define MIDNIGHT (SEC_2017 + 36) /* of a TAI axis; after it a positive leap second ends */

static const struct vmclock_smear_shape noon = {-43200, -1, 43200};
static const struct vmclock_smear_shape sls = {-1000, 0, 0};
static const uint16_t bounded = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET |
                                VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_PERIOD_MAXERROR;

/* A page that is right to 1 s, with a counter of 2 Hz. */
static struct vmclock_snapshot page_with(uint8_t indicator, uint16_t have)
{
    struct vmclock_snapshot s = good_snapshot();
    s.ref_sec = (uint64_t)(MIDNIGHT - 100000);
    s.ref_frac64 = 0;
    s.leap_indicator = indicator;
    s.tai_offset_sec = 36;
    s.period_frac = UINT64_C(1) << 63;
    s.period_shift = 0;
    s.period_maxerror_frac = 0;
    s.maxerror_ns = 1000000000;
    s.have = have;
    return s;
}

/* UTC at so many seconds after the midnight. */
static struct vmclock_utc_reading reading_at(uint8_t indicator, uint16_t have, int64_t after_sec)
{
    const struct vmclock_snapshot s = page_with(indicator, have);
    struct vmclock_utc_reading utc;
    MARK(utc);
    assert_int_equal(vmclock_utc_at(&s, s.ref_counter + 2 * (uint64_t)(100000 + after_sec), &utc),
                     0);
    return utc;
}

/* Each part is that of its instant; the ends are rounded outwards. */
static void a_reading_of_utc(void **state)
{
    const struct vmclock_snapshot s = page_with(VMCLOCK_LEAP_INDICATOR_PRE_POS, bounded);
    const struct vmclock_leap rule = rule_of(&s);
    const struct vmclock_utc_reading utc = reading_at(VMCLOCK_LEAP_INDICATOR_PRE_POS, bounded, -7);
    struct vmclock_smeared smeared;
    struct vmclock_time time, floor, ceil;
    (void)state;
    assert_memory_equal(&utc.leap, &rule, offsetof(struct vmclock_leap, tai_error) + 1);
    MARK(smeared);
    assert_int_equal(vmclock_smear_utc(&utc, &noon, &smeared), 0);
    assert_int_equal(smeared.bound_error, 0);
    assert_int_equal(vmclock_raw_smear_floor(&rule, &noon, &utc.utc.instant, &time), 0);
    assert_int_equal(vmclock_raw_smear_floor(&rule, &noon, &utc.earliest.instant, &floor), 0);
    assert_int_equal(vmclock_raw_smear_ceil(&rule, &noon, &utc.latest.instant, &ceil), 0);
    assert_time(&smeared.time, time.sec, time.frac64);
    assert_time(&smeared.earliest, floor.sec, floor.frac64);
    assert_time(&smeared.latest, ceil.sec, ceil.frac64);
    assert_true(time.frac64 && floor.frac64 && ceil.frac64); /* none is the time of another */
    assert_true(floor.sec == time.sec - 1 && ceil.sec == time.sec + 1);
}

static void assert_no_ends(const struct vmclock_utc_reading *utc, int bound_error)
{
    struct vmclock_smeared smeared;
    MARK(smeared);
    assert_int_equal(vmclock_smear_utc(utc, &sls, &smeared), 0);
    assert_int_equal(smeared.bound_error, bound_error);
    assert_true(smeared.time.sec == utc->utc.instant.sec - 36);
    assert_time(&smeared.earliest, 0, 0);
    assert_time(&smeared.latest, 0, 0);
}

static void a_reading_without_ends(void **state)
{
    const struct vmclock_snapshot s = page_with(VMCLOCK_LEAP_INDICATOR_NONE, bounded);
    const struct vmclock_leap rule = rule_of(&s);
    const int64_t until_sec = rule.known_until_sec - 1000 - MIDNIGHT;
    struct vmclock_utc_reading utc;
    (void)state;
    utc = reading_at(VMCLOCK_LEAP_INDICATOR_NONE, VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET, -7);
    assert_no_ends(&utc, VMCLOCK_ERR_BOUND);
    utc = reading_at(VMCLOCK_LEAP_INDICATOR_NONE, bounded,
                     rule.known_from_sec - MIDNIGHT); /* the earliest is before it */
    assert_no_ends(&utc, VMCLOCK_ERR_LEAP_HORIZON);
    utc = reading_at(VMCLOCK_LEAP_INDICATOR_NONE, bounded, until_sec - 1);
    assert_no_ends(&utc, VMCLOCK_ERR_LEAP_HORIZON);
}

static void a_reading_without_smear(void **state)
{
    const struct vmclock_snapshot s = page_with(VMCLOCK_LEAP_INDICATOR_NONE, bounded);
    const struct vmclock_leap rule = rule_of(&s);
    const struct vmclock_smear_shape none = {0, 1, 0};
    struct vmclock_utc_reading utc = reading_at(VMCLOCK_LEAP_INDICATOR_NONE, bounded, -7);
    struct vmclock_smeared smeared;
    (void)state;
    MARK(smeared);
    assert_int_equal(vmclock_smear_utc(&utc, &none, &smeared), VMCLOCK_ERR_SMEAR);
    utc = reading_at(VMCLOCK_LEAP_INDICATOR_NONE, VMCLOCK_HAVE_CLOCK, -7);
    assert_int_equal(vmclock_smear_utc(&utc, &sls, &smeared), VMCLOCK_ERR_TAI_OFFSET);
    utc = reading_at(VMCLOCK_LEAP_INDICATOR_NONE, bounded, rule.known_until_sec - 1000 - MIDNIGHT);
    assert_int_equal(vmclock_smear_utc(&utc, &sls, &smeared), VMCLOCK_ERR_LEAP_HORIZON);
    ASSERT_UNTOUCHED(smeared);
}

int run_smeared_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reading_of_utc),
        cmocka_unit_test(a_reading_without_ends),
        cmocka_unit_test(a_reading_without_smear),
    };
    return cmocka_run_group_tests_name("smeared", tests, NULL, NULL);
}
