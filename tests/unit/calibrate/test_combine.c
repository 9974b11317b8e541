/* SPDX-License-Identifier: BSD-2-Clause */
/* Combination: what several snapshots say together. */
#include "lib/calibrate.h"
#include "tests/unit/calibrate/samples.h"

static void sources_are_intersected(void **state)
{
    const struct vmclock_calibration how = assume(GHZ, 50000);
    struct vmclock_sample wide = exact_sample(START, TAI_2017), narrow = wide;
    struct vmclock_time_source early = exact_tai;
    struct vmclock_snapshot s[3], both;
    struct vmclock_disjoint disjoint = {9, 9};
    (void)state;
    wide.earliest.sec -= 3;
    narrow.latest.sec += 1;
    early.bound_by = VMCLOCK_BOUND_BY_DRIVERS;
    assert_int_equal(vmclock_calibrate(&early, &wide, 1, &how, &s[0]), 0);
    assert_int_equal(vmclock_calibrate(&exact_tai, &narrow, 1, &how, &s[1]), 0);
    assert_int_equal(vmclock_combine(s, 2, START, &both, &disjoint), 0);
    assert_in_range(width_ns(&both, START), 0, 4);
    assert_int_equal(both.bound_by, VMCLOCK_BOUND_BY_SEVERAL);
    assert_in_range(width_ns(&both, START + GHZ), 100000, 100004);
    s[2] = s[1];
    assert_int_equal(vmclock_combine(&s[1], 2, START, &both, NULL), 0);
    assert_int_equal(both.bound_by, VMCLOCK_BOUND_BY_CALLER);

    narrow.earliest.sec += 5;
    narrow.latest.sec += 5;
    assert_int_equal(vmclock_calibrate(&exact_tai, &narrow, 1, &how, &s[2]), 0);
    MARK(both);
    assert_int_equal(vmclock_combine(s, 3, START, &both, NULL), VMCLOCK_ERR_CONTRADICTION);
    assert_int_equal(vmclock_combine(s, 3, START, &both, &disjoint), VMCLOCK_ERR_CONTRADICTION);
    assert_int_equal(disjoint.first, 0);
    assert_int_equal(disjoint.second, 2);
    assert_int_equal(vmclock_combine(s, 0, START, &both, &disjoint), VMCLOCK_ERR_ARGUMENT);
    ASSERT_UNTOUCHED(both);
    assert_int_equal(vmclock_combine(s, 2, START, &s[0], &disjoint), 0); /* in its own place */
}

/* The label, or the error that stands for it; in the rule of s. */
static int label_at(const struct vmclock_snapshot *s, uint64_t counter, struct vmclock_utc *utc)
{
    struct vmclock_reading r;
    struct vmclock_leap rule;
    assert_int_equal(vmclock_at(s, counter, &r), 0);
    assert_int_equal(vmclock_leap_rule(s, &rule), 0);
    utc->posix_sec = 0;
    utc->in_leap_second = 0;
    return vmclock_raw_axis_to_utc(&rule, &r.time, utc);
}

static void assert_same_label(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b,
                              uint64_t counter)
{
    struct vmclock_utc by_a, by_b;
    assert_int_equal(label_at(a, counter, &by_a), 0);
    assert_int_equal(label_at(b, counter, &by_b), 0);
    assert_true(by_a.posix_sec == by_b.posix_sec);
    assert_int_equal(by_a.in_leap_second, by_b.in_leap_second);
}

/* Of the source's clock, its reference point at START. */
static void make(uint8_t time_type, int64_t sec, int16_t tai_offset_sec, uint8_t indicator,
                 struct vmclock_snapshot *s)
{
    const struct vmclock_sample sample = exact_sample(START, sec);
    struct vmclock_calibration how = assume(GHZ, 0);
    struct vmclock_time_source source = exact_tai;
    source.time_type = time_type;
    how.tai_offset_sec = tai_offset_sec;
    how.leap_indicator = indicator;
    assert_int_equal(vmclock_calibrate(&source, &sample, 1, &how, s), 0);
}

/* A TAI axis keeps TAI, and so its time, but no longer says anything of UTC. */
static void assert_tai_only(const struct vmclock_snapshot *combined,
                            const struct vmclock_snapshot *s, uint64_t counter)
{
    struct vmclock_leap rule;
    struct vmclock_reading now, was;
    assert_int_equal(vmclock_leap_rule(combined, &rule), 0);
    assert_int_equal(rule.utc_error, VMCLOCK_ERR_TAI_OFFSET);
    assert_int_equal(rule.tai_error, 0);
    assert_int_equal(combined->tai_offset_sec, 0);
    assert_int_equal(combined->leap_indicator, VMCLOCK_LEAP_INDICATOR_NONE);
    assert_int_equal(vmclock_at(combined, counter, &now), 0);
    assert_int_equal(vmclock_at(s, counter, &was), 0);
    assert_true(now.time.sec == was.time.sec);
}

#define DAY UINT64_C(86400)
#define AT(sec) (START + GHZ * (sec) + GHZ / 2)   /* the middle of that second of the source */
#define JUNE_2016 (SEC_2017 - 214 * (int64_t)DAY) /* the 1st, 00:00:00 UTC */

/* Honest in June 2016, asked on 2017-02-01: between them is a leap second that it knew nothing of. */
static void knows_no_more_than_its_source(void **state)
{
    const uint64_t february = AT((214 + 31) * DAY);
    struct vmclock_snapshot s, combined;
    struct vmclock_utc utc;
    (void)state;
    make(VMCLOCK_TIME_TYPE_TAI, JUNE_2016 + 36, 36, VMCLOCK_LEAP_INDICATOR_NONE, &s);
    assert_int_equal(label_at(&s, february, &utc), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(vmclock_combine(&s, 1, february, &combined, NULL), 0);
    assert_tai_only(&combined, &s, february);
    /* In the source's month all stays known, to the end of the next one. */
    assert_int_equal(vmclock_combine(&s, 1, AT(30 * DAY - 1), &combined, NULL), 0);
    assert_int_equal(combined.tai_offset_sec, 36);
    assert_same_label(&combined, &s, AT(61 * DAY - 2));
    assert_int_equal(label_at(&combined, AT(61 * DAY - 1), &utc), VMCLOCK_ERR_LEAP_HORIZON);
    /* A second later it would have to speak of the end of the next month, too. */
    assert_int_equal(vmclock_combine(&s, 1, AT(30 * DAY), &combined, NULL), 0);
    assert_tai_only(&combined, &s, AT(30 * DAY));
    assert_int_equal(vmclock_combine(&s, 1, START - GHZ / 2, &combined, NULL), 0);
    assert_tai_only(&combined, &s, START - GHZ / 2);
    /* Of a UTC axis nothing would be left. */
    make(VMCLOCK_TIME_TYPE_UTC, JUNE_2016, 36, VMCLOCK_LEAP_INDICATOR_NONE, &s);
    assert_int_equal(vmclock_combine(&s, 1, AT(30 * DAY - 1), &combined, NULL), 0);
    assert_same_label(&combined, &s, AT(30 * DAY));
    MARK(combined);
    assert_int_equal(vmclock_combine(&s, 1, AT(30 * DAY), &combined, NULL), VMCLOCK_ERR_LEAP);
    assert_int_equal(vmclock_combine(&s, 1, february, &combined, NULL), VMCLOCK_ERR_LEAP);
    ASSERT_UNTOUCHED(combined);
}

/* Whichever source is the first: what one does not know, or knows otherwise, is not known. */
static void knows_no_more_than_any_source(void **state)
{
    static const struct {
        int16_t tai_offset_sec;
        uint8_t indicator, utc_stays;
    } rows[] = {
        {36, VMCLOCK_LEAP_INDICATOR_PRE_POS, 1}, {-36, VMCLOCK_LEAP_INDICATOR_PRE_POS, 1},
        {0, VMCLOCK_LEAP_INDICATOR_PRE_POS, 0},  {9, VMCLOCK_LEAP_INDICATOR_PRE_POS, 0},
        {37, VMCLOCK_LEAP_INDICATOR_PRE_POS, 0}, {36, VMCLOCK_LEAP_INDICATOR_NONE, 0},
        {36, VMCLOCK_LEAP_INDICATOR_PRE_NEG, 0}, {36, VMCLOCK_LEAP_INDICATOR_POST_POS, 0},
        {36, VMCLOCK_LEAP_INDICATOR_POS, 0},     {36, 99, 0},
    };
    struct vmclock_snapshot s[3], combined;
    struct vmclock_leap rule;
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t first = 0; first < 2; first++) {
            make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 - 10 + 36, 36, VMCLOCK_LEAP_INDICATOR_PRE_POS,
                 &s[first]);
            make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 - 10 + 36, rows[i].tai_offset_sec,
                 rows[i].indicator, &s[!first]);
            assert_int_equal(vmclock_combine(s, 2, AT(5), &combined, NULL), 0);
            if (rows[i].utc_stays)
                assert_same_label(&combined, &s[first], AT(10));
            else
                assert_tai_only(&combined, &s[first], AT(10));
        }
    }
    /* Both know nothing, for reasons of their own: what is left is not what the first said. */
    for (size_t first = 0; first < 2; first++) {
        make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 + 10, 37, 99, &s[first]);
        make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 + 10, 0, VMCLOCK_LEAP_INDICATOR_POST_POS, &s[!first]);
        assert_int_equal(vmclock_combine(s, 2, AT(5), &combined, NULL), 0);
        assert_tai_only(&combined, &s[first], AT(10));
    }
    /* The other's reference point in another month; the same clock. */
    make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 + 36 - 10, 36, VMCLOCK_LEAP_INDICATOR_PRE_POS, &s[0]);
    make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 + 37, 37, VMCLOCK_LEAP_INDICATOR_POST_POS, &s[1]);
    s[1].ref_counter += 11 * GHZ;
    assert_int_equal(vmclock_combine(s, 2, AT(5), &combined, NULL), 0);
    assert_tai_only(&combined, &s[0], AT(5));
    assert_int_equal(vmclock_combine(s, 2, AT(12), &combined, NULL), 0);
    assert_tai_only(&combined, &s[0], AT(12));
    /* A UTC axis loses TAI where the offsets differ, and UTC never. */
    for (int16_t offset_sec = 35; offset_sec < 39; offset_sec++) {
        make(VMCLOCK_TIME_TYPE_UTC, SEC_2017, 37, VMCLOCK_LEAP_INDICATOR_NONE, &s[0]);
        make(VMCLOCK_TIME_TYPE_UTC, SEC_2017, offset_sec == 38 ? 0 : offset_sec,
             VMCLOCK_LEAP_INDICATOR_NONE, &s[1]);
        assert_int_equal(vmclock_combine(s, 2, AT(1), &combined, NULL), 0);
        assert_same_label(&combined, &s[0], AT(0));
        assert_int_equal(vmclock_leap_rule(&combined, &rule), 0);
        assert_int_equal(rule.tai_error, offset_sec == 37 ? 0 : VMCLOCK_ERR_TAI_OFFSET);
        s[2] = s[0]; /* who agrees with the first does not make it known again */
        assert_int_equal(vmclock_combine(s, 3, AT(1), &combined, NULL), 0);
        assert_int_equal(vmclock_leap_rule(&combined, &rule), 0);
        assert_int_equal(rule.tai_error, offset_sec == 37 ? 0 : VMCLOCK_ERR_TAI_OFFSET);
    }
}

/* The indicator speaks of the month of the reference point, POS of one second of it. */
static void across_the_leap_second_that_is_spoken_of(void **state)
{
    struct vmclock_snapshot s, combined;
    (void)state;
    make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 - 10 + 36, -36, VMCLOCK_LEAP_INDICATOR_PRE_POS, &s);
    for (uint64_t sec = 8; sec < 11; sec++) {
        assert_int_equal(vmclock_combine(&s, 1, AT(sec), &combined, NULL), 0);
        for (uint64_t at = 5; at < 20; at++)
            assert_same_label(&combined, &s, AT(at));
    }
    assert_int_equal(combined.leap_indicator, VMCLOCK_LEAP_INDICATOR_POS);
    assert_int_equal(combined.tai_offset_sec, -36);
    s = combined; /* and back out of that second */
    assert_int_equal(vmclock_combine(&s, 1, AT(9), &combined, NULL), 0);
    assert_int_equal(combined.leap_indicator, VMCLOCK_LEAP_INDICATOR_PRE_POS);
    assert_same_label(&combined, &s, AT(10));
    assert_same_label(&combined, &s, AT(11));
    assert_int_equal(vmclock_combine(&s, 1, AT(11), &combined, NULL), 0);
    assert_tai_only(&combined, &s, AT(11)); /* January */
    make(VMCLOCK_TIME_TYPE_TAI, SEC_2017 + 36, 37, VMCLOCK_LEAP_INDICATOR_POS, &s);
    assert_int_equal(vmclock_combine(&s, 1, AT(0), &combined, NULL), 0);
    assert_int_equal(combined.tai_offset_sec, 37); /* of a publisher who says the new one in it */
    assert_int_equal(vmclock_combine(&s, 1, START - GHZ / 2, &combined, NULL), 0);
    assert_int_equal(combined.leap_indicator, VMCLOCK_LEAP_INDICATOR_PRE_POS);
    assert_int_equal(combined.tai_offset_sec, 36);
    assert_same_label(&combined, &s, AT(0));
    assert_same_label(&combined, &s, AT(1));
    /* A UTC axis counts on past the leap second, but not from a new reference point. */
    make(VMCLOCK_TIME_TYPE_UTC, SEC_2017 - 10, 36, VMCLOCK_LEAP_INDICATOR_PRE_POS, &s);
    for (uint64_t sec = 9; sec < 11; sec++) {
        assert_int_equal(vmclock_combine(&s, 1, AT(sec), &combined, NULL), 0);
        for (uint64_t at = 5; at < 20; at++)
            assert_same_label(&combined, &s, AT(at));
    }
    MARK(combined);
    assert_int_equal(vmclock_combine(&s, 1, AT(12), &combined, NULL), VMCLOCK_ERR_LEAP);
    ASSERT_UNTOUCHED(combined);
}

/* Two that both have a part in the interval, in units of 2^-64 and 2^-164 s. */
static void periods_in_far_apart_units(void **state)
{
    static const struct {
        uint64_t frac, error, other_error;
        int result;
    } rows[] = {
        {UINT64_C(1) << 40, 0, 0, 0},
        {1, 0, 0, VMCLOCK_ERR_RANGE},                          /* their cover's middle is 0 */
        {UINT64_C(1) << 40, UINT64_MAX, 0, VMCLOCK_ERR_RANGE}, /* and its error cannot be said */
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, VMCLOCK_ERR_RANGE},
    };
    const struct vmclock_calibration how = assume(GHZ, 50000);
    struct vmclock_sample early = exact_sample(START, TAI_2017), late = early;
    struct vmclock_snapshot s[2], both;
    (void)state;
    early.earliest.sec -= 3;
    late.latest.sec += 3;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(vmclock_calibrate(&exact_tai, &early, 1, &how, &s[0]), 0);
        assert_int_equal(vmclock_calibrate(&exact_tai, &late, 1, &how, &s[1]), 0);
        s[0].period_shift = 0;
        s[0].period_frac = rows[i].frac;
        s[0].period_maxerror_frac = rows[i].error;
        s[1].period_shift = 100;
        s[1].period_maxerror_frac = rows[i].other_error;
        MARK(both);
        assert_int_equal(vmclock_combine(s, 2, START, &both, NULL), rows[i].result);
        if (rows[i].result) {
            ASSERT_UNTOUCHED(both);
            continue;
        }
        assert_int_equal(both.period_shift, 0);
        assert_true(both.period_frac + both.period_maxerror_frac >= rows[i].frac);
        assert_true(both.period_frac <= both.period_maxerror_frac);
    }
}

/* Of 2^64 - 1 a bit is left in units 2^63 times as large, and none in the next; errors are rounded up, by two. */
static void periods_just_a_word_apart(void **state)
{
    struct vmclock_snapshot s[2] = {good_snapshot(), good_snapshot()}, both;
    (void)state;
    s[0].ref_sec--; /* each gives one of the ends */
    s[0].maxerror_ns = s[1].maxerror_ns = GHZ;
    s[0].period_shift = 0;
    s[0].period_frac = 201;
    s[0].period_maxerror_frac = 0;
    s[1].period_frac = s[1].period_maxerror_frac = UINT64_MAX;
    s[1].period_shift = 63; /* covered are 1 - 3 to 201 */
    assert_int_equal(vmclock_combine(s, 2, s[0].ref_counter, &both, NULL), 0);
    assert_int_equal(both.period_shift, 0);
    assert_int_equal(both.period_frac, 100);
    assert_int_equal(both.period_maxerror_frac, 102);
    s[0].period_frac = 200;
    s[1].period_shift = 64; /* 0 - 2 to 200 */
    assert_int_equal(vmclock_combine(s, 2, s[0].ref_counter, &both, NULL), 0);
    assert_int_equal(both.period_frac, 99);
    assert_int_equal(both.period_maxerror_frac, 101);
}

/* Who gives the same end later gives nothing: the first one's period is not widened by its. */
static void the_same_ends_are_the_firsts(void **state)
{
    struct vmclock_snapshot s[2] = {good_snapshot(), good_snapshot()}, both;
    (void)state;
    s[1].period_frac++;
    s[1].period_maxerror_frac *= 5;
    assert_int_equal(vmclock_combine(s, 2, s[0].ref_counter, &both, NULL), 0);
    assert_true(both.period_frac == s[0].period_frac);
    assert_true(both.period_maxerror_frac == s[0].period_maxerror_frac);
}

/* Whose middle is before 1970, of a clock that may well tell such times, has no reference point. */
static void before_1970_there_is_no_reference_point(void **state)
{
    struct vmclock_snapshot s = good_snapshot(), combined;
    (void)state;
    s.ref_sec = 5;
    assert_int_equal(vmclock_combine(&s, 1, s.ref_counter - 4 * GHZ, &combined, NULL), 0);
    MARK(combined);
    assert_int_equal(vmclock_combine(&s, 1, s.ref_counter - 6 * GHZ, &combined, NULL),
                     VMCLOCK_ERR_RANGE);
    ASSERT_UNTOUCHED(combined);
}

/* 2^64 ns are 18446744073.7 s: an error that may be above is refused by its whole seconds. */
static void an_error_of_centuries(void **state)
{
    const struct wide lowest = {0, 0, 0};
    struct vmclock_time middle;
    uint64_t error_ns;
    (void)state;
    for (uint64_t sec = 18446744071; sec < 18446744075; sec++) {
        const struct wide highest = {2 * sec, 0, 0};
        assert_int_equal(vmclock_calibrate_reference(&lowest, &highest, &middle, &error_ns),
                         sec < 18446744073 ? 0 : VMCLOCK_ERR_RANGE);
    }
}

/* The wider period holds for both: it is not widened, however large the other's error is, and whichever is first. */
static void a_period_within_the_other(void **state)
{
    static const struct {
        uint64_t frac, error, inner_frac, inner_error;
    } rows[] = {
        {100, 10, 105, 1},
        {105, 10, 100, 1},
        {100, 10, 105, 0},
        {105, 10, 100, 5},
        {1000, UINT64_MAX - 899, 100, 5},
        {100, UINT64_MAX - 1, 1000, 5},
    };
    struct vmclock_snapshot s[2], both;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t outer = 0; outer < 2; outer++) {
            s[0] = s[1] = good_snapshot();
            s[0].ref_sec--; /* each gives one of the ends */
            s[0].maxerror_ns = s[1].maxerror_ns = GHZ;
            s[outer].period_frac = rows[i].frac;
            s[outer].period_maxerror_frac = rows[i].error;
            s[!outer].period_frac = rows[i].inner_frac;
            s[!outer].period_maxerror_frac = rows[i].inner_error;
            assert_int_equal(vmclock_combine(s, 2, s[0].ref_counter, &both, NULL), 0);
            assert_int_equal(both.period_frac, rows[i].frac);
            assert_true(both.period_maxerror_frac == rows[i].error);
        }
}

/* One 2^-128 s above a time that can be told, which may be all of the interval, is not in an error of 0. */
static void an_error_covers_the_last_bit(void **state)
{
    const struct wide highest = {5, 0, 1};
    (void)state;
    for (uint64_t guard = 0; guard < 2; guard++) {
        const struct wide lowest = {5, 0, guard};
        struct vmclock_time middle;
        uint64_t error_ns;
        assert_int_equal(vmclock_calibrate_reference(&lowest, &highest, &middle, &error_ns), 0);
        assert_time(&middle, 5, 0);
        assert_int_equal(error_ns, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_intersected),
        cmocka_unit_test(knows_no_more_than_its_source),
        cmocka_unit_test(knows_no_more_than_any_source),
        cmocka_unit_test(across_the_leap_second_that_is_spoken_of),
        cmocka_unit_test(periods_in_far_apart_units),
        cmocka_unit_test(periods_just_a_word_apart),
        cmocka_unit_test(the_same_ends_are_the_firsts),
        cmocka_unit_test(before_1970_there_is_no_reference_point),
        cmocka_unit_test(an_error_of_centuries),
        cmocka_unit_test(a_period_within_the_other),
        cmocka_unit_test(an_error_covers_the_last_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
