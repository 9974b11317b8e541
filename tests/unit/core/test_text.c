/* SPDX-License-Identifier: BSD-2-Clause */
/* Times as text: labels, civil times, intervals, durations, and a reading as a line. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define HALF (UINT64_C(1) << 63)

static const struct vmclock_label noon = {{0, HALF}, 1483272000, 2017, 1, 1, 12, 0, 0, 0};
static const struct vmclock_civil leap = {2016, 12, 31, 23, 59, 60, UINT64_MAX};

static void labels_have_as_many_digits_as_asked_for(void **state)
{
    static const char *const want[] = {
        "2017-01-01T12:00:00Z",          "2017-01-01T12:00:00.5Z",
        "2017-01-01T12:00:00.50Z",       "2017-01-01T12:00:00.500Z",
        "2017-01-01T12:00:00.5000Z",     "2017-01-01T12:00:00.50000Z",
        "2017-01-01T12:00:00.500000Z",   "2017-01-01T12:00:00.5000000Z",
        "2017-01-01T12:00:00.50000000Z", "2017-01-01T12:00:00.500000000Z",
    };
    char text[VMCLOCK_TEXT_SIZE];
    (void)state;
    for (unsigned digits = 0; digits <= 9; digits++) {
        assert_int_equal(vmclock_text_label(&noon, digits, text, sizeof text), 0);
        assert_string_equal(text, want[digits]);
    }
    assert_int_equal(vmclock_text_label(&noon, 10, text, sizeof text), VMCLOCK_ERR_ARGUMENT);
    assert_string_equal(text, "");
}

static void civil_times(void **state)
{
    struct vmclock_civil civil = leap;
    char text[VMCLOCK_TEXT_SIZE];
    (void)state;
    assert_int_equal(vmclock_text_civil(&civil, 9, text, sizeof text), 0);
    assert_string_equal(text, "2016-12-31T23:59:60.999999999Z");
    civil.frac64 = UINT64_C(18446744074); /* the first 2^-64 s in the first nanosecond */
    assert_int_equal(vmclock_text_civil(&civil, 9, text, sizeof text), 0);
    assert_string_equal(text, "2016-12-31T23:59:60.000000001Z");
    civil.frac64--;
    assert_int_equal(vmclock_text_civil(&civil, 9, text, sizeof text), 0);
    assert_string_equal(text, "2016-12-31T23:59:60.000000000Z");
    assert_int_equal(vmclock_text_civil(&civil, 10, text, sizeof text), VMCLOCK_ERR_ARGUMENT);
}

static void years_of_more_digits_have_a_sign(void **state)
{
    static const struct {
        int64_t year;
        const char *want;
    } years[] = {
        {0, "0000-12-31T23:59:60Z"},
        {9999, "9999-12-31T23:59:60Z"},
        {10000, "+10000-12-31T23:59:60Z"},
        {-1, "-0001-12-31T23:59:60Z"},
        {-12345, "-12345-12-31T23:59:60Z"},
        {INT64_MAX, "+9223372036854775807-12-31T23:59:60Z"},
        {INT64_MIN, "-9223372036854775808-12-31T23:59:60Z"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        struct vmclock_civil civil = leap;
        char text[VMCLOCK_TEXT_SIZE];
        civil.year = years[i].year;
        assert_int_equal(vmclock_text_civil(&civil, 0, text, sizeof text), 0);
        assert_string_equal(text, years[i].want);
        assert_int_equal(vmclock_text_civil(&civil, 9, text, sizeof text), 0);
    }
}

/* Each field at its ends, and beyond. */
static void what_is_no_date_is_refused(void **state)
{
    static const struct vmclock_civil good[] = {
        {1, 1, 1, 0, 0, 0, 0}, {1, 12, 31, 23, 59, 60, 0}, {1, 2, 31, 0, 0, 59, 0}};
    static const struct vmclock_civil bad[] = {
        {1, 0, 1, 0, 0, 0, 0},   {1, 13, 1, 0, 0, 0, 0},   {1, 1, 0, 0, 0, 0, 0},
        {1, 1, 32, 0, 0, 0, 0},  {1, 1, 1, 24, 0, 0, 0},   {1, 1, 1, 0, 60, 0, 0},
        {1, 1, 1, 0, 0, 60, 0},  {1, 1, 1, 23, 58, 60, 0}, {1, 1, 1, 23, 59, 61, 0},
        {1, 1, 1, 0, 59, 60, 0},
    };
    struct vmclock_label label = noon;
    char text[VMCLOCK_TEXT_INTERVAL_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(vmclock_text_civil(&good[i], 0, text, sizeof text), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        text[0] = 'x';
        assert_int_equal(vmclock_text_civil(&bad[i], 0, text, sizeof text), VMCLOCK_ERR_CALENDAR);
        assert_string_equal(text, "");
    }
    label.month = 13;
    assert_int_equal(vmclock_text_label(&label, 0, text, sizeof text), VMCLOCK_ERR_CALENDAR);
    assert_int_equal(vmclock_text_interval(&noon, &label, 0, text, sizeof text),
                     VMCLOCK_ERR_CALENDAR);
    assert_int_equal(vmclock_text_interval(&label, &noon, 0, text, sizeof text),
                     VMCLOCK_ERR_CALENDAR);
}

/* In each shorter buffer than the text and its NUL: no text, and nothing written behind it. */
#define ASSERT_ROOM(want, ...) \
    for (size_t size = 0; size <= sizeof(want); size++) { \
        char text[256]; \
        MARK(text); \
        if (size == sizeof(want)) { \
            assert_int_equal(__VA_ARGS__, 0); \
            assert_string_equal(text, want); \
        } else { \
            assert_int_equal(__VA_ARGS__, VMCLOCK_ERR_ROOM); \
            assert_true(size ? text[0] == 0 : (unsigned char)text[0] == 0xa5); \
        } \
        assert_int_equal((unsigned char)text[size], 0xa5); \
    }

static void what_does_not_fit_is_no_text(void **state)
{
    const struct vmclock_time duration = {-3, HALF};
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_utc_reading utc;
    (void)state;
    s.time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
    ASSERT_ROOM("2016-12-31T23:59:60.9Z", vmclock_text_civil(&leap, 1, text, size))
    ASSERT_ROOM("2017-01-01T12:00:00.5Z", vmclock_text_label(&noon, 1, text, size))
    ASSERT_ROOM("2017-01-01T12:00:00Z/2017-01-01T12:00:01Z",
                vmclock_text_interval(&noon, &noon, 0, text, size))
    ASSERT_ROOM("-2.50 s", vmclock_text_duration(&duration, 2, text, size))
    ASSERT_ROOM("UTC unknown: The page's time has no epoch, so neither UTC nor TAI is known.",
                vmclock_text_reading(&utc, text, size))
}

static void unknown_labels_have_no_text(void **state)
{
    struct vmclock_label label = noon;
    char text[VMCLOCK_TEXT_INTERVAL_SIZE] = "x";
    (void)state;
    label.error = VMCLOCK_ERR_BOUND;
    assert_int_equal(vmclock_text_label(&label, 0, text, sizeof text), VMCLOCK_ERR_BOUND);
    assert_string_equal(text, "");
    text[0] = 'x';
    assert_int_equal(vmclock_text_interval(&noon, &label, 0, text, sizeof text), VMCLOCK_ERR_BOUND);
    assert_string_equal(text, "");
    label.error = VMCLOCK_ERR_LEAP;
    assert_int_equal(vmclock_text_interval(&label, &noon, 0, text, sizeof text), VMCLOCK_ERR_LEAP);
    assert_int_equal(vmclock_text_interval(&noon, &noon, 10, text, sizeof text),
                     VMCLOCK_ERR_ARGUMENT);
}

static void latest_is_rounded_up(void **state)
{
    static const struct {
        struct vmclock_label latest;
        unsigned digits;
        const char *want;
    } rows[] = {
        {{{0, HALF}, 1483272000, 2017, 1, 1, 12, 0, 0, 0}, 1, "2017-01-01T12:00:00.5Z"},
        {{{0, HALF + 1}, 1483272000, 2017, 1, 1, 12, 0, 0, 0}, 1, "2017-01-01T12:00:00.6Z"},
        {{{0, HALF + 1}, 1483272000, 2017, 1, 1, 12, 0, 0, 0}, 3, "2017-01-01T12:00:00.501Z"},
        {{{0, HALF}, 1483272000, 2017, 1, 1, 12, 0, 0, 0}, 0, "2017-01-01T12:00:01Z"},
        {{{0, 0}, 1483272000, 2017, 1, 1, 12, 0, 0, 0}, 0, "2017-01-01T12:00:00Z"},
        {{{0, UINT64_MAX - (UINT64_MAX >> 4)}, 1483272000, 2017, 1, 1, 12, 0, 0, 0},
         2,
         "2017-01-01T12:00:00.94Z"},
        {{{0, UINT64_MAX}, 1483228799, 2016, 12, 31, 23, 59, 59, 0},
         9,
         "2017-01-01T00:00:00.000000000Z"},
        {{{0, UINT64_MAX}, 1483228799, 2016, 12, 31, 23, 59, 60, 0}, 3, "2017-01-01T00:00:00.000Z"},
        {{{0, 1}, 1483228799, 2016, 12, 31, 23, 59, 60, 0}, 3, "2016-12-31T23:59:60.001Z"},
    };
    char text[VMCLOCK_TEXT_INTERVAL_SIZE];
    struct vmclock_label last = rows[6].latest;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            vmclock_text_interval(&noon, &rows[i].latest, rows[i].digits, text, sizeof text), 0);
        assert_string_equal(strchr(text, '/') + 1, rows[i].want);
    }
    last.posix_sec = INT64_MAX;
    assert_int_equal(vmclock_text_interval(&noon, &last, 9, text, sizeof text), VMCLOCK_ERR_RANGE);
    assert_string_equal(text, "");
}

static void durations_are_rounded_towards_0(void **state)
{
    static const struct {
        struct vmclock_time duration;
        unsigned digits;
        const char *want;
    } rows[] = {
        {{0, 0}, 0, "0 s"},
        {{0, UINT64_MAX}, 2, "0.99 s"},
        {{-1, UINT64_MAX}, 3, "-0.000 s"},
        {{-1, HALF}, 1, "-0.5 s"},
        {{-1, 1}, 1, "-0.9 s"},
        {{-1, 0}, 1, "-1.0 s"},
        {{12345, HALF}, 9, "12345.500000000 s"},
        {{INT64_MAX, UINT64_MAX}, 9, "9223372036854775807.999999999 s"},
        {{INT64_MIN, 0}, 9, "-9223372036854775808.000000000 s"},
        {{INT64_MIN, 1}, 9, "-9223372036854775807.999999999 s"},
    };
    char text[VMCLOCK_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            vmclock_text_duration(&rows[i].duration, rows[i].digits, text, sizeof text), 0);
        assert_string_equal(text, rows[i].want);
    }
    assert_int_equal(vmclock_text_duration(&rows[0].duration, 10, text, sizeof text),
                     VMCLOCK_ERR_ARGUMENT);
    assert_string_equal(text, "");
}

static void assert_line(const struct vmclock_snapshot *s, const char *want)
{
    struct vmclock_utc_reading utc;
    char text[VMCLOCK_TEXT_LINE_SIZE];
    assert_int_equal(vmclock_utc_at(s, REF, &utc), 0);
    assert_int_equal(vmclock_text_reading(&utc, text, sizeof text), 0);
    assert_string_equal(text, want);
}

static void readings_as_a_line(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    assert_line(&s, "2017-01-01T00:00:00.500000000Z, at most 56790 ns off");
    s.clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING;
    assert_line(&s, "2017-01-01T00:00:00.500000000Z, at most 56790 ns off, free-running");
    s.have &= (uint16_t)~VMCLOCK_HAVE_MAXERROR;
    assert_line(&s, "2017-01-01T00:00:00.500000000Z, by estimate 1234 ns off, free-running");
    s.have &= (uint16_t)~VMCLOCK_HAVE_ESTERROR;
    assert_line(&s, "2017-01-01T00:00:00.500000000Z, no error bound published, free-running");
    s.clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
    s.have = HAVE_ALL & ~VMCLOCK_HAVE_TAI_OFFSET;
    assert_line(&s, "TAI 1483228837 s, at most 56790 ns off; UTC unknown: "
                    "The offset between TAI and UTC is absent or implausible.");
    s.ref_sec = 0;
    s.maxerror_ns = 1000000000;
    s.have = HAVE_ALL & ~(VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_ESTERROR);
    assert_line(&s, "TAI 0 s, no error bound published; UTC unknown: "
                    "The offset between TAI and UTC is absent or implausible.");
    s.time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
    assert_line(&s, "UTC unknown: The page's time has no epoch, so neither UTC nor TAI is known.");
}

/* Beyond int64_t of ns there is no number to print. */
static void a_bound_of_centuries(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_utc_reading utc;
    int64_t bound_ns;
    (void)state;
    MARK(bound_ns);
    s.maxerror_ns = UINT64_MAX;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
    assert_int_equal(vmclock_utc_bound_ns(&utc, &bound_ns), VMCLOCK_ERR_RANGE);
    s.have = VMCLOCK_HAVE_CLOCK;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
    assert_int_equal(vmclock_utc_bound_ns(&utc, &bound_ns), VMCLOCK_ERR_BOUND);
    ASSERT_UNTOUCHED(bound_ns);
    s = good_snapshot();
    s.maxerror_ns = 1000;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
    assert_int_equal(vmclock_utc_bound_ns(&utc, &bound_ns), 0);
    assert_int_equal(bound_ns, 1001); /* each end is rounded outwards before */
    utc.latest.instant.sec += 2;      /* as of a steered clock that is not in the middle */
    assert_int_equal(vmclock_utc_bound_ns(&utc, &bound_ns), 0);
    assert_int_equal(bound_ns, 2000001001);
    utc.earliest.instant.sec -= 3;
    assert_int_equal(vmclock_utc_bound_ns(&utc, &bound_ns), 0);
    assert_true(bound_ns == 3000001001);
}

/* The longest that there can be, in the sizes that are said to do. */
static void the_sizes_suffice(void **state)
{
    struct vmclock_label far = noon;
    struct vmclock_utc_reading utc;
    struct vmclock_snapshot s = good_snapshot();
    char text[VMCLOCK_TEXT_LINE_SIZE];
    size_t longest = 0;
    (void)state;
    far.year = INT64_MIN;
    assert_int_equal(vmclock_text_label(&far, 9, text, VMCLOCK_TEXT_SIZE), 0);
    assert_int_equal(vmclock_text_interval(&far, &far, 9, text, VMCLOCK_TEXT_INTERVAL_SIZE), 0);
    s.maxerror_ns = INT64_MAX - 1000;
    s.clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING;
    assert_int_equal(vmclock_utc_at(&s, REF, &utc), 0);
    utc.tai.sec = INT64_MIN;
    for (int error = -128; error < 0; error++) {
        utc.utc.error = (int8_t)error;
        assert_int_equal(vmclock_text_reading(&utc, text, sizeof text), 0);
        longest = strlen(text) > longest ? strlen(text) : longest;
    }
    assert_in_range(longest, 150, sizeof text - 1);
    assert_non_null(strstr(text, "TAI -9223372036854775808 s, at most 92233720368547"));
}

int run_text_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_have_as_many_digits_as_asked_for),
        cmocka_unit_test(civil_times),
        cmocka_unit_test(years_of_more_digits_have_a_sign),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(what_does_not_fit_is_no_text),
        cmocka_unit_test(unknown_labels_have_no_text),
        cmocka_unit_test(latest_is_rounded_up),
        cmocka_unit_test(durations_are_rounded_towards_0),
        cmocka_unit_test(readings_as_a_line),
        cmocka_unit_test(a_bound_of_centuries),
        cmocka_unit_test(the_sizes_suffice),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
