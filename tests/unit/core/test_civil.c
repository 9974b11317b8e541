/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates and times of day, both ways. The oracle goes through the calendar. */
#include "fixture.h"

#define FRAC UINT64_C(0xfedcba9876543210)

struct civil_row {
    int64_t posix_sec;
    struct vmclock_civil civil;
};

static const struct civil_row rows[] = {
    {0, {1970, 1, 1, 0, 0, 0, FRAC}},
    {-1, {1969, 12, 31, 23, 59, 59, FRAC}},
    {SEC_2017, {2017, 1, 1, 0, 0, 0, FRAC}},
    {951782399, {2000, 2, 28, 23, 59, 59, FRAC}},
    {951782400, {2000, 2, 29, 0, 0, 0, FRAC}},
    {951868800, {2000, 3, 1, 0, 0, 0, FRAC}},
    {4107542400, {2100, 3, 1, 0, 0, 0, FRAC}}, /* 2100 is no leap year */
    {4107542399, {2100, 2, 28, 23, 59, 59, FRAC}},
    {-62167219200, {0, 1, 1, 0, 0, 0, FRAC}},
    {-62167219201, {-1, 12, 31, 23, 59, 59, FRAC}},
    {INT64_MIN, {-292277022657, 1, 27, 8, 29, 52, FRAC}},
    {INT64_MAX, {292277026596, 12, 4, 15, 30, 7, FRAC}},
};

static void assert_civil(const struct vmclock_civil *got, const struct vmclock_civil *want)
{
    assert_true(got->year == want->year);
    assert_int_equal(got->month, want->month);
    assert_int_equal(got->day, want->day);
    assert_int_equal(got->hour, want->hour);
    assert_int_equal(got->minute, want->minute);
    assert_int_equal(got->second, want->second);
    assert_true(got->frac64 == want->frac64);
}

static void both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct vmclock_utc utc = {rows[i].posix_sec, FRAC, 0};
        struct vmclock_civil civil;
        struct vmclock_utc back;
        assert_int_equal(vmclock_utc_to_civil(&utc, &civil), 0);
        assert_civil(&civil, &rows[i].civil);
        assert_int_equal(vmclock_civil_to_utc(&civil, &back), 0);
        assert_true(back.posix_sec == rows[i].posix_sec);
        assert_true(back.frac64 == FRAC);
        assert_int_equal(back.in_leap_second, 0);
    }
}

static void second_60(void **state)
{
    const struct vmclock_utc utc = {SEC_2017 - 1, FRAC, 1};
    const struct vmclock_civil want = {2016, 12, 31, 23, 59, 60, FRAC};
    struct vmclock_civil civil;
    struct vmclock_utc back;
    (void)state;
    assert_int_equal(vmclock_utc_to_civil(&utc, &civil), 0);
    assert_civil(&civil, &want);
    assert_int_equal(vmclock_civil_to_utc(&civil, &back), 0);
    assert_true(back.posix_sec == SEC_2017 - 1);
    assert_int_equal(back.in_leap_second, 1);
}

static void leap_second_at_another_time_of_day(void **state)
{
    static const int64_t counts[] = {SEC_2017, SEC_2017 - 2, 0, -2, INT64_MIN, INT64_MAX};
    struct vmclock_civil civil;
    (void)state;
    MARK(civil);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const struct vmclock_utc utc = {counts[i], 0, 1};
        assert_int_equal(vmclock_utc_to_civil(&utc, &civil), VMCLOCK_ERR_CALENDAR);
    }
    ASSERT_UNTOUCHED(civil);
}

static void assert_no_utc(const struct vmclock_civil *civil, int error)
{
    struct vmclock_utc utc;
    MARK(utc);
    assert_int_equal(vmclock_civil_to_utc(civil, &utc), error);
    ASSERT_UNTOUCHED(utc);
}

static void fields_out_of_range(void **state)
{
    static const struct vmclock_civil wrong[] = {
        {2024, 0, 1, 0, 0, 0, 0},      {2024, 13, 1, 0, 0, 0, 0},     {2024, 255, 1, 0, 0, 0, 0},
        {2024, 1, 0, 0, 0, 0, 0},      {2024, 1, 32, 0, 0, 0, 0},     {2024, 1, 255, 0, 0, 0, 0},
        {2024, 1, 1, 24, 0, 0, 0},     {2024, 1, 1, 0, 60, 0, 0},     {2024, 12, 31, 23, 59, 61, 0},
        {2024, 12, 31, 23, 58, 60, 0}, {2024, 12, 31, 22, 59, 60, 0}, {2024, 1, 1, 0, 0, 60, 0},
        {2024, 1, 1, 0, 0, 255, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_no_utc(&wrong[i], VMCLOCK_ERR_CALENDAR);
    }
}

static void days_of_the_months(void **state)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const struct {
        int64_t year;
        uint8_t leap;
    } years[] = {{2023, 0}, {2024, 1}, {1900, 0}, {2000, 1}, {2100, 0}, {0, 1}, {-1, 0}, {-4, 1}};
    struct vmclock_utc utc;
    (void)state;
    for (size_t y = 0; y < sizeof years / sizeof *years; y++) {
        for (uint8_t month = 1; month <= 12; month++) {
            struct vmclock_civil civil = {.year = years[y].year, .month = month};
            civil.day = (uint8_t)(days[month - 1] + (month == 2 && years[y].leap));
            assert_int_equal(vmclock_civil_to_utc(&civil, &utc), 0);
            civil.day++;
            assert_no_utc(&civil, VMCLOCK_ERR_CALENDAR);
        }
    }
}

static void beyond_int64(void **state)
{
    struct vmclock_civil first = rows[10].civil, last = rows[11].civil;
    (void)state;
    first.second--;
    assert_no_utc(&first, VMCLOCK_ERR_RANGE);
    last.second++;
    assert_no_utc(&last, VMCLOCK_ERR_RANGE);
    first.second++;
    first.day--;
    assert_no_utc(&first, VMCLOCK_ERR_RANGE);
    last.second--;
    last.day++;
    assert_no_utc(&last, VMCLOCK_ERR_RANGE);
    first.year = INT64_MIN;
    assert_no_utc(&first, VMCLOCK_ERR_RANGE);
    last.year = INT64_MAX;
    assert_no_utc(&last, VMCLOCK_ERR_RANGE);
    last = (struct vmclock_civil){.year = 292277026597, .month = 1, .day = 1};
    assert_no_utc(&last, VMCLOCK_ERR_RANGE);
    first = (struct vmclock_civil){-292277022658, 12, 31, 23, 59, 59, 0};
    assert_no_utc(&first, VMCLOCK_ERR_RANGE);
}

int run_civil_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(second_60),
        cmocka_unit_test(leap_second_at_another_time_of_day),
        cmocka_unit_test(fields_out_of_range),
        cmocka_unit_test(days_of_the_months),
        cmocka_unit_test(beyond_int64),
    };
    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
