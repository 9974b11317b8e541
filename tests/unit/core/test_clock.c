/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock_check and vmclock_at on snapshots made by hand. The exact arithmetic is the oracle's. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)

static int at(const struct vmclock_snapshot *s, uint64_t counter, struct vmclock_reading *reading)
{
    MARK(*reading);
    const int code = vmclock_at(s, counter, reading);
    if (code != 0) {
        ASSERT_UNTOUCHED(*reading);
    }
    return code;
}

static struct vmclock_reading reading_of(const struct vmclock_snapshot *s, uint64_t counter)
{
    struct vmclock_reading reading;
    assert_int_equal(at(s, counter, &reading), 0);
    return reading;
}

/* vmclock_check says it, and vmclock_at says the same. */
static void assert_unusable(const struct vmclock_snapshot *s, int error)
{
    struct vmclock_reading reading;
    assert_int_equal(vmclock_check(s), error);
    assert_int_equal(at(s, REF, &reading), error);
}

static void good_is_good(void **state)
{
    const struct vmclock_snapshot s = good_snapshot();
    (void)state;
    assert_int_equal(vmclock_check(&s), 0);
}

static void no_clock(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.have &= (uint16_t)~VMCLOCK_HAVE_CLOCK;
    assert_unusable(&s, VMCLOCK_ERR_NO_CLOCK);
}

static void other_counter(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.counter_read_id = VMCLOCK_COUNTER_ID_ARM_VCNT;
    assert_unusable(&s, VMCLOCK_ERR_COUNTER);
    s.counter_read_id = 2;
    assert_unusable(&s, VMCLOCK_ERR_COUNTER);
}

static void only_two_statuses_are_usable(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    for (unsigned status = 0; status < 256; status++) {
        s.clock_status = (uint8_t)status;
        if (status == 2 || status == 3) {
            assert_int_equal(vmclock_check(&s), 0);
            assert_int_equal(reading_of(&s, REF).clock_status, status);
        } else {
            assert_unusable(&s, VMCLOCK_ERR_UNSYNCHRONISED);
        }
    }
}

static void only_three_time_types_are_usable(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        s.time_type = (uint8_t)type;
        if (type <= 2) {
            assert_int_equal(reading_of(&s, REF).time_type, type);
        } else {
            assert_unusable(&s, VMCLOCK_ERR_TIME_TYPE);
        }
    }
}

static void period_of_zero(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.period_frac = 0;
    assert_unusable(&s, VMCLOCK_ERR_PERIOD);
    s.period_frac = 1;
    assert_int_equal(vmclock_check(&s), 0);
}

/* The documented order, by mending one fault after the other. */
static void first_fault_wins(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.have = 0;
    s.counter_read_id = 0;
    s.clock_status = 0;
    s.time_type = 3;
    s.period_frac = 0;
    assert_unusable(&s, VMCLOCK_ERR_NO_CLOCK);
    s.have = VMCLOCK_HAVE_CLOCK;
    assert_unusable(&s, VMCLOCK_ERR_COUNTER);
    s.counter_read_id = 1;
    assert_unusable(&s, VMCLOCK_ERR_UNSYNCHRONISED);
    s.clock_status = 3;
    assert_unusable(&s, VMCLOCK_ERR_TIME_TYPE);
    s.time_type = 2;
    assert_unusable(&s, VMCLOCK_ERR_PERIOD);
}

/* UAPI.13's worked example, and the same distance back. */
static void one_second_of_a_1_ghz_counter(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.ref_sec = 1000;
    s.ref_frac64 = 0;
    const struct vmclock_reading after = reading_of(&s, REF + 1000000000);
    assert_time(&after.time, 1000, UINT64_MAX);
    assert_time(&after.age, 0, UINT64_MAX);
    const struct vmclock_reading before = reading_of(&s, REF - 1000000000);
    assert_time(&before.time, 999, 0);
    assert_time(&before.age, -1, 0);
}

static void at_the_reference_point(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.maxerror_ns = 1000000000;
    const struct vmclock_reading r = reading_of(&s, REF);
    assert_time(&r.time, TAI_2017, s.ref_frac64);
    assert_time(&r.earliest, TAI_2017 - 1, s.ref_frac64);
    assert_time(&r.latest, TAI_2017 + 1, s.ref_frac64);
    assert_time(&r.age, 0, 0);
    assert_true(r.counter == REF);
}

/* One tick before the reference point is not 584 years after it. */
static void counter_just_before_the_reference(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.ref_frac64 = 0;
    const struct vmclock_reading r = reading_of(&s, REF - 1);
    assert_true(r.time.sec == TAI_2017 - 1);
    assert_true(r.age.sec == -1);
    assert_true(r.earliest.sec < r.time.sec || r.earliest.frac64 < r.time.frac64);
}

static void counter_wraps(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.ref_counter = UINT64_MAX - 499999999;
    s.ref_sec = 10;
    s.ref_frac64 = 0;
    const struct vmclock_reading after = reading_of(&s, 500000000);
    assert_time(&after.time, 10, UINT64_MAX);
    s.ref_counter = 500000000;
    const struct vmclock_reading before = reading_of(&s, UINT64_MAX - 499999999);
    assert_time(&before.time, 9, 0);
}

static void farthest_distances(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_reading r;
    (void)state;
    assert_int_equal(at(&s, REF + INT64_MAX, &r), 0);
    assert_int_equal(at(&s, REF - INT64_MAX, &r), 0);
    assert_int_equal(at(&s, REF ^ (UINT64_C(1) << 63), &r), VMCLOCK_ERR_RANGE);
}

static void time_beyond_int64(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_reading r;
    (void)state;
    s.have = VMCLOCK_HAVE_CLOCK;
    s.ref_sec = INT64_MAX;
    s.ref_frac64 = 0;
    s.period_frac = UINT64_C(1) << 63;
    s.period_shift = 0; /* half a second a tick */
    assert_int_equal(at(&s, REF + 1, &r), 0);
    assert_time(&r.time, INT64_MAX, UINT64_C(1) << 63);
    assert_int_equal(at(&s, REF + 2, &r), VMCLOCK_ERR_RANGE);
    s.ref_sec = (uint64_t)INT64_MAX + 1;
    assert_int_equal(at(&s, REF, &r), VMCLOCK_ERR_RANGE);
    assert_int_equal(at(&s, REF - 1, &r), 0);
    assert_time(&r.time, INT64_MAX, UINT64_C(1) << 63);
    s.ref_sec = 0;
    assert_int_equal(at(&s, REF - INT64_MAX, &r), 0);
    assert_time(&r.time, -(INT64_C(1) << 62), UINT64_C(1) << 63);
}

static void interval_beyond_int64(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_reading r;
    (void)state;
    s.period_maxerror_frac = 0;
    s.ref_frac64 = 0;
    s.ref_sec = INT64_MAX - 1;
    s.maxerror_ns = 1999999999;
    assert_int_equal(at(&s, REF, &r), 0);
    s.maxerror_ns = 2000000000; /* latest is 2^63 s exactly */
    assert_int_equal(at(&s, REF, &r), VMCLOCK_ERR_RANGE);
    s.ref_sec = 0;
    s.maxerror_ns = UINT64_MAX; /* 584 years fit on both sides of 1970 */
    assert_int_equal(at(&s, REF, &r), 0);
}

static void every_shift(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.ref_sec = 0;
    s.ref_frac64 = 0;
    s.period_frac = UINT64_MAX;
    for (unsigned shift = 0; shift < 256; shift++) {
        s.period_shift = (uint8_t)shift;
        const struct vmclock_reading r = reading_of(&s, REF + 1);
        assert_time(&r.time, 0, shift < 64 ? UINT64_MAX >> shift : 0);
        const struct vmclock_reading back = reading_of(&s, REF - 1);
        /* -(2^64 - 1) * 2^-shift units: 1 at shift 0, else rounded down to -2^(64-shift). */
        const uint64_t down = shift == 0 ? 1 : shift < 64 ? UINT64_MAX << (64 - shift) : UINT64_MAX;
        assert_time(&back.time, -1, down);
    }
}

static void bound_needs_both_of_its_errors(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    for (unsigned errors = 0; errors < 16; errors++) {
        const int maximum = (errors & 3) == 3; /* whatever is estimated */
        s.have = (uint16_t)(VMCLOCK_HAVE_CLOCK | (errors & 1 ? VMCLOCK_HAVE_MAXERROR : 0) |
                            (errors & 2 ? VMCLOCK_HAVE_PERIOD_MAXERROR : 0) |
                            (errors & 4 ? VMCLOCK_HAVE_ESTERROR : 0) |
                            (errors & 8 ? VMCLOCK_HAVE_PERIOD_ESTERROR : 0));
        const struct vmclock_reading r = reading_of(&s, REF + 12345);
        assert_int_equal(r.bound_kind, maximum ? VMCLOCK_BOUND_MAXIMUM : VMCLOCK_BOUND_NONE);
        if (!maximum) {
            assert_time(&r.earliest, INT64_MIN, 0);
            assert_time(&r.latest, INT64_MAX, UINT64_MAX);
        }
    }
}

/* An error of zero that is published is a bound; one that is not published is none. */
static void bound_of_zero(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.maxerror_ns = 0;
    s.period_maxerror_frac = 0;
    const struct vmclock_reading r = reading_of(&s, REF);
    assert_int_equal(r.bound_kind, VMCLOCK_BOUND_MAXIMUM);
    assert_time(&r.earliest, TAI_2017, s.ref_frac64);
    assert_time(&r.latest, TAI_2017, s.ref_frac64);
}

/* The error's own terms, and that the rate works on the magnitude of the distance. */
static void bound_grows_both_ways(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.ref_frac64 = 0;
    s.period_frac = UINT64_C(1) << 63;
    s.period_shift = 0;
    s.period_maxerror_frac = UINT64_C(1) << 62; /* a quarter of a second a tick */
    s.maxerror_ns = 500000000;
    const struct vmclock_reading after = reading_of(&s, REF + 2);
    assert_time(&after.time, TAI_2017 + 1, 0);
    assert_time(&after.earliest, TAI_2017, 0);
    assert_time(&after.latest, TAI_2017 + 2, 0);
    const struct vmclock_reading before = reading_of(&s, REF - 2);
    assert_time(&before.time, TAI_2017 - 1, 0);
    assert_time(&before.earliest, TAI_2017 - 2, 0);
    assert_time(&before.latest, TAI_2017, 0);
}

static void interval_is_rounded_outwards(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.period_maxerror_frac = 0;
    s.ref_frac64 = 0;
    s.maxerror_ns = 1; /* 18446744073.709... units */
    const struct vmclock_reading r = reading_of(&s, REF);
    assert_time(&r.earliest, TAI_2017 - 1, UINT64_MAX - 18446744074 + 1);
    assert_time(&r.latest, TAI_2017, 18446744074);
}

static void announced_disruptions(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.flags = ~UINT64_C(6);
    assert_int_equal(reading_of(&s, REF).disruption, VMCLOCK_DISRUPTION_NONE);
    s.flags = VMCLOCK_PAGE_FLAG_DISRUPTION_SOON;
    assert_int_equal(reading_of(&s, REF).disruption, VMCLOCK_DISRUPTION_SOON);
    s.flags = VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT;
    assert_int_equal(reading_of(&s, REF).disruption, VMCLOCK_DISRUPTION_IMMINENT);
    s.flags |= VMCLOCK_PAGE_FLAG_DISRUPTION_SOON;
    assert_int_equal(reading_of(&s, REF).disruption, VMCLOCK_DISRUPTION_IMMINENT);
}

static void generation_only_if_known(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    const struct vmclock_reading known = reading_of(&s, REF);
    assert_int_equal(known.generation_known, 1);
    assert_true(known.generation == s.generation);
    s.have &= (uint16_t)~VMCLOCK_HAVE_GENERATION;
    const struct vmclock_reading unknown = reading_of(&s, REF);
    assert_int_equal(unknown.generation_known, 0);
    assert_true(unknown.generation == 0);
}

static void the_rest_is_passed_on(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.leap_indicator = 201;
    s.smear_hint = 202;
    s.bound_by = 203;
    const struct vmclock_reading r = reading_of(&s, REF + 5);
    assert_true(r.counter == REF + 5);
    assert_true(r.disruption_marker == s.disruption_marker);
    assert_int_equal(r.leap_indicator, 201);
    assert_int_equal(r.smear_hint, 202);
    assert_int_equal(r.bound_by, 203);
}

int run_clock_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_is_good),
        cmocka_unit_test(no_clock),
        cmocka_unit_test(other_counter),
        cmocka_unit_test(only_two_statuses_are_usable),
        cmocka_unit_test(only_three_time_types_are_usable),
        cmocka_unit_test(period_of_zero),
        cmocka_unit_test(first_fault_wins),
        cmocka_unit_test(one_second_of_a_1_ghz_counter),
        cmocka_unit_test(at_the_reference_point),
        cmocka_unit_test(counter_just_before_the_reference),
        cmocka_unit_test(counter_wraps),
        cmocka_unit_test(farthest_distances),
        cmocka_unit_test(time_beyond_int64),
        cmocka_unit_test(interval_beyond_int64),
        cmocka_unit_test(every_shift),
        cmocka_unit_test(bound_needs_both_of_its_errors),
        cmocka_unit_test(bound_of_zero),
        cmocka_unit_test(bound_grows_both_ways),
        cmocka_unit_test(interval_is_rounded_outwards),
        cmocka_unit_test(announced_disruptions),
        cmocka_unit_test(generation_only_if_known),
        cmocka_unit_test(the_rest_is_passed_on),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
