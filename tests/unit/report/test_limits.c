/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of the report at the ends of what they can be, and one step beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/vmclock.h>
#include "fixture.h"

#define TAI_AHEAD 37

static void print_at(int64_t posix_sec)
{
    page.time_sec.wire = (uint64_t)(posix_sec + TAI_AHEAD);
    print_page(5000);
}

static void print_rtc(int64_t posix_sec, uint64_t frac64, int in_leap_second)
{
    read_page(5000);
    report.rtc.posix_sec = posix_sec;
    report.rtc.frac64 = frac64;
    report.rtc.in_leap_second = (uint8_t)in_leap_second;
    report.have |= REPORT_HAVE_RTC;
    print();
}

/* The page's time goes back to 1970 TAI; that of a real-time clock may be any. */
static void test_years(void **state)
{
    static const struct {
        int64_t posix_sec;
        const char *utc;
    } cases[] = {{-1, "1969-12-31T23:59:59"},           {0, "1970-01-01T00:00:00"},
                 {7258118399, "2199-12-31T23:59:59"},   {7258118400, "2200-01-01T00:00:00"},
                 {253402300799, "9999-12-31T23:59:59"}, {253402300800, "+10000-01-01T00:00:00"},
                 {-62167219200, "0000-01-01T00:00:00"}, {-62167219201, "-0001-12-31T23:59:59"}};
    char lines[96];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_rtc(cases[i].posix_sec, 0, 0);
        (void)snprintf(lines, sizeof(lines), "\nrtc_utc=%s.000000000Z\n", cases[i].utc);
        if (!strstr(output, lines))
            fail_msg("no %s in %s", lines, output);
        if (cases[i].posix_sec < -TAI_AHEAD)
            continue;
        print_at(cases[i].posix_sec);
        (void)snprintf(lines, sizeof(lines), "\nutc=%s.000000000Z\ntai_sec=%lld\n", cases[i].utc,
                       (long long)cases[i].posix_sec + TAI_AHEAD);
        if (!strstr(output, lines))
            fail_msg("no %s in %s", lines, output);
    }
}

/* +-1501 ns about it. */
static void test_interval(void **state)
{
    (void)state;
    print_at(0);
    assert_line("earliest_ns=-1501");
    assert_line("latest_ns=1501");
    print_at(-1);
    assert_line("earliest_ns=-1000001501");
    assert_line("latest_ns=-999998499");
    print_at(7258118400);
    assert_line("earliest_ns=7258118399999998499");
    assert_line("latest_ns=7258118400000001501");
    /* 2^63 ns are 9223372036.854775808 s. */
    print_at(9223372036);
    assert_line("earliest_ns=9223372035999998499");
    assert_line("latest_ns=9223372036000001501");
    print_at(9223372037);
    assert_line("earliest_ns=none");
    assert_line("latest_ns=none");
}

/* 1500 ns after the time: in the last nanosecond of 64 bits, and in the one behind it. */
static void test_interval_that_only_begins_in_range(void **state)
{
    (void)state;
    page.time_sec.wire = UINT64_C(9223372036) + TAI_AHEAD;
    print_page(5000 + 854774307);
    assert_line("earliest_ns=9223372036854772806");
    assert_line("latest_ns=9223372036854775807");
    print_page(5000 + 854774308);
    assert_line("earliest_ns=none");
    assert_line("latest_ns=none");
}

/* Before the page's reference point, which is 1970 TAI. */
static void test_tai_before_1970(void **state)
{
    (void)state;
    page.time_sec.wire = 0;
    print_page(5000);
    assert_line("tai_sec=0");
    print_page(4999);
    assert_line("state=ok");
    assert_line("utc=1969-12-31T23:59:22.999999998Z");
    assert_line("tai_sec=none");
}

/* Of a reading whose interval has been moved there: no page has a time as early. */
static void print_earlier(int64_t by_sec)
{
    read_page(5000);
    report.utc.earliest.posix_sec -= by_sec;
    report.utc.earliest.instant.sec -= by_sec;
    report.utc.latest.posix_sec -= by_sec;
    report.utc.latest.instant.sec -= by_sec;
    print();
}

static void test_interval_long_ago(void **state)
{
    (void)state;
    print_earlier(1700000000 + 9223372035); /* it begins in the last second that is told */
    assert_line("earliest_ns=-9223372035000001501");
    assert_line("latest_ns=-9223372034999998499");
    print_earlier(1700000000 + 9223372036);
    assert_line("earliest_ns=none");
    assert_line("latest_ns=none");
}

/* As many ms as have 64 bits, and one s less. */
static void test_rtc_ahead(void **state)
{
    const int64_t limit_sec = INT64_MAX / 1000 - 1;

    (void)state;
    print_rtc(1700000000 + limit_sec, 0, 0);
    assert_line("rtc_ahead_ms=9223372036854774000");
    print_rtc(1700000000 + limit_sec + 1, 0, 0);
    assert_line("rtc_ahead_ms=none");
    print_rtc(1700000000 - limit_sec, 0, 0);
    assert_line("rtc_ahead_ms=-9223372036854774000");
    print_rtc(1700000000 - limit_sec - 1, 0, 0);
    assert_line("rtc_ahead_ms=none");
    print_rtc(1700000000, 0, 0);
    assert_line("rtc_ahead_ms=0");
    print_rtc(INT64_MIN, 0, 0); /* and a difference that has 65 bits */
    assert_line("rtc_utc=-292277022657-01-27T08:29:52.000000000Z");
    assert_line("rtc_ahead_ms=none");
}

static void test_rtc_in_a_leap_second(void **state)
{
    (void)state;
    print_rtc(1483228799, UINT64_C(1) << 62, 1);
    assert_line("rtc_utc=2016-12-31T23:59:60.250000000Z");
    print_rtc(1483228798, 0, 1); /* which is no day's last second */
    assert_line("rtc_utc=none");
}

/* A label that is none of a day. */
static void test_no_such_label(void **state)
{
    (void)state;
    read_page(5000);
    report.utc.utc.month = 13;
    print();
    assert_line("utc=none");
    assert_line("tai_sec=1700000037");
}

static void test_numbers(void **state)
{
    (void)state;
    page.flags.wire = 0;
    page.tai_offset_sec.wire = 0;
    page.size.wire = 0x58;
    print_page(5000);
    assert_line("flags=0x0");
    assert_line("size=88");
    page.flags.wire = UINT64_C(0xfedcba9876543210);
    page.disruption_marker.wire = UINT64_MAX;
    print_page(5000);
    assert_line("flags=0xfedcba9876543210");
    assert_line("disruption_marker=18446744073709551615");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_years, good_page),
        cmocka_unit_test_setup(test_interval, good_page),
        cmocka_unit_test_setup(test_interval_that_only_begins_in_range, good_page),
        cmocka_unit_test_setup(test_tai_before_1970, good_page),
        cmocka_unit_test_setup(test_interval_long_ago, good_page),
        cmocka_unit_test_setup(test_rtc_ahead, good_page),
        cmocka_unit_test_setup(test_rtc_in_a_leap_second, good_page),
        cmocka_unit_test_setup(test_no_such_label, good_page),
        cmocka_unit_test_setup(test_numbers, good_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
