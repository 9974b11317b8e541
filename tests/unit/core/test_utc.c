/* SPDX-License-Identifier: BSD-2-Clause */
/* UTC with its interval in one call: labels, what is not known and why, POSIX time, is it time yet. */
#include <stdio.h>
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define M0 SEC_2017
#define GHZ INT64_C(1000000000)
#define HALF (UINT64_C(1) << 63)

/* A page of +-bound_ns, whose reference time is before the leap second that ended 2016. */
static struct vmclock_snapshot near_leap(uint8_t indicator, uint64_t bound_ns)
{
    struct vmclock_snapshot s = good_snapshot();
    s.ref_sec = (uint64_t)M0 + 36 - 1000;
    s.ref_frac64 = 0;
    s.tai_offset_sec = 36;
    s.leap_indicator = indicator;
    s.period_maxerror_frac = 0;
    s.maxerror_ns = bound_ns;
    return s;
}

/* UTC at so many ns after the midnight of the axis, by near_leap's page. */
static struct vmclock_utc_reading at_ns(const struct vmclock_snapshot *s, int64_t after_ns)
{
    struct vmclock_utc_reading utc;
    MARK(utc);
    assert_int_equal(vmclock_utc_at(s, s->ref_counter + (uint64_t)(1000 * GHZ + after_ns), &utc),
                     0);
    return utc;
}

static void assert_label(const struct vmclock_label *label, const char *want)
{
    char got[64];
    assert_int_equal(label->error, 0);
    snprintf(got, sizeof got, "%lld-%02d-%02d %02d:%02d:%02d", (long long)label->year, label->month,
             label->day, label->hour, label->minute, label->second);
    assert_string_equal(got, want);
}

static void assert_unknown(const struct vmclock_label *label, int error)
{
    assert_int_equal(label->error, error);
    assert_true(label->posix_sec == 0 && label->year == 0);
    assert_true(label->month == 0 && label->day == 0);
    assert_true(label->hour == 0 && label->minute == 0 && label->second == 0);
}

/* By its parts, from the same snapshot. */
static void all_of_one_moment(void **state)
{
    const struct vmclock_snapshot s = good_snapshot();
    struct vmclock_utc_reading utc;
    struct vmclock_reading reading;
    (void)state;
    MARK(utc);
    assert_int_equal(vmclock_utc_at(&s, REF + 250, &utc), 0);
    assert_int_equal(vmclock_at(&s, REF + 250, &reading), 0);
    assert_memory_equal(&utc.utc.instant, &reading.time, sizeof reading.time);
    assert_memory_equal(&utc.earliest.instant, &reading.earliest, sizeof reading.time);
    assert_memory_equal(&utc.latest.instant, &reading.latest, sizeof reading.time);
    assert_memory_equal(&utc.tai, &reading.time, sizeof reading.time);
    assert_label(&utc.utc, "2017-01-01 00:00:00");
    assert_true(utc.utc.posix_sec == M0);
    assert_true(utc.counter == REF + 250);
    assert_true(utc.disruption_marker == s.disruption_marker);
    assert_true(utc.generation == s.generation && utc.generation_known == 1);
    assert_int_equal(utc.seq, s.seq);
    assert_true(utc.epoch == 0 && utc.tai_error == 0 && utc.offset_error == 0);
    assert_int_equal(utc.tai_minus_utc_sec, 37);
    assert_int_equal(utc.time_type, VMCLOCK_TIME_TYPE_TAI);
    assert_int_equal(utc.bound_kind, VMCLOCK_BOUND_MAXIMUM);
    assert_int_equal(utc.bound_by, VMCLOCK_BOUND_BY_PAGE);
    assert_int_equal(utc.clock_status, VMCLOCK_CLOCK_STATUS_SYNCHRONIZED);
    assert_int_equal(utc.leap_indicator, VMCLOCK_LEAP_INDICATOR_POST_POS);
    assert_int_equal(utc.smear_hint, VMCLOCK_SMEAR_HINT_UTC_SLS);
    assert_int_equal(utc.disruption, VMCLOCK_DISRUPTION_IMMINENT);
    assert_int_equal(utc.converged, 1);
    assert_int_equal(utc.update_due, 0);
}

static void now_is_at_the_snapshots_counter(void **state)
{
    struct page_image page;
    struct test_counter counter = {REF + 12345, 0, 0, NULL, NULL, 0};
    struct vmclock_utc_reading now, then;
    struct vmclock_snapshot snapshot;
    struct vmclock clk;
    (void)state;
    page_fill(page.bytes);
    open_with(&clk, &page, sizeof page, &counter);
    memset(&now, 0, sizeof now);
    memset(&then, 0, sizeof then);
    assert_int_equal(vmclock_utc_now(&clk, &now), 0);
    assert_int_equal(counter.reads, 1);
    assert_int_equal(vmclock_take_snapshot(&clk, &snapshot), 0);
    assert_int_equal(vmclock_utc_at(&snapshot, REF + 12345, &then), 0);
    assert_memory_equal(&now, &then, sizeof now);
}

static void errors_leave_the_result_alone(void **state)
{
    struct page_image page;
    struct test_counter counter = {REF, 0, 0, NULL, NULL, 0};
    struct vmclock_utc_reading utc;
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock clk;
    (void)state;
    MARK(utc);
    assert_int_equal(vmclock_utc_at(&s, REF + (UINT64_C(1) << 63), &utc), VMCLOCK_ERR_RANGE);
    s.clock_status = 1;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), VMCLOCK_ERR_UNSYNCHRONISED);
    page_fill(page.bytes);
    open_with(&clk, &page, sizeof page, &counter);
    clk.max_tries = 2;
    clk.max_age_sec = 10;
    counter.value = REF + 11 * (uint64_t)GHZ;
    assert_int_equal(vmclock_utc_now(&clk, &utc), VMCLOCK_ERR_STALE);
    page_put(page.bytes, AT_TIME_TYPE, 1, 3); /* smeared */
    assert_int_equal(vmclock_utc_now(&clk, &utc), VMCLOCK_ERR_TIME_TYPE);
    page_put(page.bytes, AT_SEQ, 4, 1);
    assert_int_equal(vmclock_utc_now(&clk, &utc), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(utc);
}

/* Each end has its own label, and the offset is the one that holds at the time. */
static void a_positive_leap_second(void **state)
{
    const struct vmclock_snapshot s = near_leap(VMCLOCK_LEAP_INDICATOR_PRE_POS, 600000000);
    struct vmclock_utc_reading utc;
    (void)state;
    utc = at_ns(&s, -GHZ / 2); /* 23:59:59.5 */
    assert_label(&utc.earliest, "2016-12-31 23:59:58");
    assert_label(&utc.utc, "2016-12-31 23:59:59");
    assert_label(&utc.latest, "2016-12-31 23:59:60");
    assert_true(utc.latest.posix_sec == M0 - 1);
    assert_int_equal(utc.tai_minus_utc_sec, 36);
    utc = at_ns(&s, GHZ / 2);
    assert_label(&utc.earliest, "2016-12-31 23:59:59");
    assert_label(&utc.utc, "2016-12-31 23:59:60");
    assert_label(&utc.latest, "2017-01-01 00:00:00");
    assert_int_equal(utc.tai_minus_utc_sec, 37);
    assert_true(utc.tai.sec == M0 + 36);
}

static void a_negative_leap_second(void **state)
{
    const struct vmclock_snapshot s = near_leap(VMCLOCK_LEAP_INDICATOR_PRE_NEG, 600000000);
    struct vmclock_utc_reading utc;
    (void)state;
    utc = at_ns(&s, -GHZ - GHZ / 2);
    assert_label(&utc.utc, "2016-12-31 23:59:58");
    assert_label(&utc.latest, "2017-01-01 00:00:00");
    utc = at_ns(&s, -GHZ + GHZ / 2);
    assert_label(&utc.earliest, "2016-12-31 23:59:58");
    assert_label(&utc.utc, "2017-01-01 00:00:00");
    assert_int_equal(utc.tai_minus_utc_sec, 35);
}

/* What is known of leap seconds ends where a bound of weeks does not. */
static void ends_beyond_what_is_known(void **state)
{
    struct vmclock_snapshot s = near_leap(VMCLOCK_LEAP_INDICATOR_NONE, 0);
    struct vmclock_utc_reading utc;
    (void)state;
    s.maxerror_ns =
        (uint64_t)(DAY_SEC * 32 * GHZ); /* to December's end is known, from November's */
    utc = at_ns(&s, GHZ);
    assert_unknown(&utc.latest, VMCLOCK_ERR_LEAP_HORIZON);
    assert_label(&utc.earliest, "2016-11-30 00:00:00");
    assert_label(&utc.utc, "2017-01-01 00:00:00");
    s.maxerror_ns = (uint64_t)(DAY_SEC * 62 * GHZ);
    utc = at_ns(&s, GHZ);
    assert_unknown(&utc.earliest, VMCLOCK_ERR_LEAP_HORIZON);
    assert_unknown(&utc.latest, VMCLOCK_ERR_LEAP_HORIZON);
    assert_true(utc.latest.instant.sec == M0 + 36 + DAY_SEC * 62);
    assert_int_equal(utc.utc.error, 0);
    utc = at_ns(&s, DAY_SEC * 40 * GHZ + GHZ);
    assert_unknown(&utc.utc, VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(utc.offset_error, VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(utc.tai_minus_utc_sec, 0);
    assert_int_equal(utc.tai_error, 0);
    assert_true(utc.tai.sec == M0 + 36 + DAY_SEC * 40);
}

static void an_estimate_is_no_promise(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_posix earliest, latest;
    struct vmclock_utc_reading utc;
    int64_t ns;
    (void)state;
    s.have &= (uint16_t)~VMCLOCK_HAVE_MAXERROR;
    s.esterror_ns = 800000000;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
    assert_int_equal(utc.bound_kind, VMCLOCK_BOUND_NONE);
    assert_unknown(&utc.earliest, VMCLOCK_ERR_BOUND);
    assert_unknown(&utc.latest, VMCLOCK_ERR_BOUND);
    assert_true(utc.earliest.instant.sec == INT64_MIN && utc.latest.instant.sec == INT64_MAX);
    assert_int_equal(utc.utc.error, 0);
    assert_int_equal(vmclock_utc_bound_ns(&utc, &ns), VMCLOCK_ERR_BOUND);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), 0);
    assert_true(ns == 800000000);
    MARK(earliest);
    MARK(latest);
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), VMCLOCK_ERR_BOUND);
    assert_int_equal(vmclock_is_after(&utc, &(struct vmclock_utc){0, 0, 0}), 0);
    assert_int_equal(vmclock_is_before(&utc, &(struct vmclock_utc){INT64_MAX, 0, 0}), 0);
    ASSERT_UNTOUCHED(earliest);
    ASSERT_UNTOUCHED(latest);
}

static void without_a_bound_there_are_no_ends(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_utc_reading utc;
    (void)state;
    s.have &= (uint16_t)(~(VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_ESTERROR));
    for (uint8_t type = VMCLOCK_TIME_TYPE_UTC; type <= VMCLOCK_TIME_TYPE_MONOTONIC; type++) {
        s.time_type = type;
        assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
        assert_int_equal(utc.bound_kind, VMCLOCK_BOUND_NONE);
        assert_unknown(&utc.earliest, VMCLOCK_ERR_BOUND);
        assert_unknown(&utc.latest, VMCLOCK_ERR_BOUND);
        assert_time(&utc.earliest.instant, INT64_MIN, 0);
        assert_time(&utc.latest.instant, INT64_MAX, UINT64_MAX);
        assert_int_equal(utc.utc.error, type == VMCLOCK_TIME_TYPE_MONOTONIC ? -31 : 0);
    }
}

/* Of each type, with an offset and without; and in 23:59:60 of a UTC page. */
static void what_each_type_of_page_knows(void **state)
{
    static const struct {
        uint8_t type, indicator;
        uint16_t have;
        int utc, tai, offset;
    } pages[] = {
        {VMCLOCK_TIME_TYPE_TAI, 0, HAVE_ALL, 0, 0, 0},
        {VMCLOCK_TIME_TYPE_TAI, 0, HAVE_ALL & ~VMCLOCK_HAVE_TAI_OFFSET, VMCLOCK_ERR_TAI_OFFSET, 0,
         VMCLOCK_ERR_TAI_OFFSET},
        {VMCLOCK_TIME_TYPE_UTC, 0, HAVE_ALL, 0, 0, 0},
        {VMCLOCK_TIME_TYPE_UTC, 0, HAVE_ALL & ~VMCLOCK_HAVE_TAI_OFFSET, 0, VMCLOCK_ERR_TAI_OFFSET,
         VMCLOCK_ERR_TAI_OFFSET},
        {VMCLOCK_TIME_TYPE_UTC, VMCLOCK_LEAP_INDICATOR_POS, HAVE_ALL, 0, VMCLOCK_ERR_LEAP,
         VMCLOCK_ERR_LEAP},
        {VMCLOCK_TIME_TYPE_UTC, 77, HAVE_ALL, VMCLOCK_ERR_LEAP, 0, VMCLOCK_ERR_LEAP},
        {VMCLOCK_TIME_TYPE_MONOTONIC, 0, HAVE_ALL, VMCLOCK_ERR_NO_EPOCH, VMCLOCK_ERR_NO_EPOCH,
         VMCLOCK_ERR_NO_EPOCH},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct vmclock_snapshot s = good_snapshot();
        struct vmclock_utc_reading utc;
        s.time_type = pages[i].type;
        s.have = pages[i].have;
        s.leap_indicator = pages[i].indicator;
        s.ref_sec = (uint64_t)M0 + (s.time_type == VMCLOCK_TIME_TYPE_TAI ? 37 : 0);
        MARK(utc);
        assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
        assert_int_equal(utc.utc.error, pages[i].utc);
        assert_int_equal(utc.earliest.error, pages[i].utc);
        assert_int_equal(utc.latest.error, pages[i].utc);
        assert_int_equal(utc.tai_error, pages[i].tai);
        assert_int_equal(utc.offset_error, pages[i].offset);
        assert_int_equal(utc.tai_minus_utc_sec, pages[i].offset ? 0 : 37);
        assert_true(utc.tai.sec == (pages[i].tai ? 0 : M0 + 37));
        if (pages[i].utc)
            assert_unknown(&utc.utc, pages[i].utc);
        else
            assert_true(utc.utc.posix_sec == M0 - (pages[i].indicator == 3));
    }
}

static void assert_posix(const struct vmclock_posix *posix, int64_t sec, int32_t ns)
{
    assert_true(posix->sec == sec);
    assert_int_equal(posix->ns, ns);
}

static void posix_is_rounded_down(void **state)
{
    struct vmclock_label label = {{77, UINT64_MAX}, -1, 1969, 12, 31, 23, 59, 59, 0};
    struct vmclock_posix posix;
    (void)state;
    assert_int_equal(vmclock_posix_of(&label, &posix), 0);
    assert_posix(&posix, -1, 999999999);
    label.instant.frac64 = HALF;
    assert_int_equal(vmclock_posix_of(&label, &posix), 0);
    assert_posix(&posix, -1, 500000000);
    label.error = VMCLOCK_ERR_LEAP;
    MARK(posix);
    assert_int_equal(vmclock_posix_of(&label, &posix), VMCLOCK_ERR_LEAP);
    ASSERT_UNTOUCHED(posix);
}

static void posix_intervals_go_outwards(void **state)
{
    struct vmclock_snapshot s = near_leap(VMCLOCK_LEAP_INDICATOR_PRE_POS, 1);
    struct vmclock_posix earliest, latest, now;
    struct vmclock_utc_reading utc;
    (void)state;
    utc = at_ns(&s, -5 * GHZ); /* the period is rounded down: right before that second */
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), 0);
    assert_int_equal(vmclock_posix_of(&utc.utc, &now), 0);
    assert_posix(&earliest, M0 - 6, 999999998);
    assert_posix(&now, M0 - 6, 999999999);
    assert_posix(&latest, M0 - 5, 1);
    utc.latest.posix_sec = INT64_MAX;
    utc.latest.instant.sec = utc.earliest.instant.sec - utc.earliest.posix_sec - 1 - INT64_MAX;
    utc.latest.instant.frac64 = UINT64_MAX;
    MARK(earliest);
    MARK(latest);
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), VMCLOCK_ERR_RANGE);
    utc.latest.error = VMCLOCK_ERR_LEAP_HORIZON;
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), VMCLOCK_ERR_LEAP_HORIZON);
    utc.earliest.error = VMCLOCK_ERR_LEAP;
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), VMCLOCK_ERR_LEAP);
    ASSERT_UNTOUCHED(earliest);
    ASSERT_UNTOUCHED(latest);
}

/* POSIX counts 23:59:59 twice: an interval in which 23:59:60 begins has both. */
static void posix_intervals_around_a_leap_second(void **state)
{
    const struct vmclock_snapshot s = near_leap(VMCLOCK_LEAP_INDICATOR_PRE_POS, 300000000);
    struct vmclock_posix earliest, latest;
    struct vmclock_utc_reading utc;
    (void)state;
    utc = at_ns(&s, GHZ / 10); /* from :59.8 to :60.4 */
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), 0);
    assert_posix(&earliest, M0 - 1, 0);
    assert_posix(&latest, M0, 0);
    utc = at_ns(&s, GHZ / 2); /* from :60.2 to :60.8 */
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), 0);
    assert_posix(&earliest, M0 - 1, 199999999);
    assert_posix(&latest, M0 - 1, 800000000);
    utc = at_ns(&s, GHZ + GHZ / 10); /* from :60.8 to 00:00:00.4 */
    assert_int_equal(vmclock_posix_interval(&utc, &earliest, &latest), 0);
    assert_posix(&earliest, M0 - 1, 799999999);
    assert_posix(&latest, M0, 400000000);
}

static void is_it_time(void **state)
{
    const struct vmclock_snapshot s = near_leap(VMCLOCK_LEAP_INDICATOR_PRE_POS, 300000000);
    const struct vmclock_utc_reading utc = at_ns(&s, GHZ / 10); /* from :59.8 to :60.4 */
    const struct {
        int64_t posix_sec;
        uint64_t frac64;
        uint8_t in_leap_second;
        int after, before;
    } times[] = {
        {M0 - 2, UINT64_MAX, 0, 1, 0},
        {M0 - 1, utc.earliest.instant.frac64, 0, 1, 0},
        {M0 - 1, utc.earliest.instant.frac64 + 1, 0, 0, 0},
        {M0 - 1, 0, 1, 0, 0},
        {M0 - 1, utc.latest.instant.frac64, 1, 0, 0},
        {M0 - 1, utc.latest.instant.frac64 + 1, 1, 0, 1},
        {M0, 0, 0, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        const struct vmclock_utc time = {times[i].posix_sec, times[i].frac64,
                                         times[i].in_leap_second};
        assert_int_equal(vmclock_is_after(&utc, &time), times[i].after);
        assert_int_equal(vmclock_is_before(&utc, &time), times[i].before);
    }
}

int run_utc_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_one_moment),
        cmocka_unit_test(now_is_at_the_snapshots_counter),
        cmocka_unit_test(errors_leave_the_result_alone),
        cmocka_unit_test(a_positive_leap_second),
        cmocka_unit_test(a_negative_leap_second),
        cmocka_unit_test(ends_beyond_what_is_known),
        cmocka_unit_test(an_estimate_is_no_promise),
        cmocka_unit_test(without_a_bound_there_are_no_ends),
        cmocka_unit_test(what_each_type_of_page_knows),
        cmocka_unit_test(posix_is_rounded_down),
        cmocka_unit_test(posix_intervals_go_outwards),
        cmocka_unit_test(posix_intervals_around_a_leap_second),
        cmocka_unit_test(is_it_time),
    };
    return cmocka_run_group_tests_name("utc", tests, NULL, NULL);
}
