/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole report, and each value of a page with a usable clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "fixture.h"

static void test_whole_report(void **state)
{
    (void)state;
    page.flags.wire |= VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT;
    page.vm_generation_counter.wire = 18446744073709551615u;
    page.leap_second_smearing_hint = VMCLOCK_SMEAR_HINT_UTC_SLS;
    read_page(5000 + 1000000000);
    report.rtc.posix_sec = 1700000020;
    report.rtc.frac64 = 0;
    report.rtc.in_leap_second = 0;
    report.have |= REPORT_HAVE_RTC;
    print();
    assert_string_equal(output, "vmclock: 2023-11-14T22:13:20.999999999Z, at most 1501 ns off\n"
                                "vmclock.format=1\n"
                                "state=ok\n"
                                "error=none\n"
                                "utc=2023-11-14T22:13:20.999999999Z\n"
                                "tai_sec=1700000037\n"
                                "utc_offset=37\n"
                                "bound_ns=1501\n"
                                "bound_kind=max\n"
                                "bound_by=page\n"
                                "estimate_ns=none\n"
                                "age_ms=999\n"
                                "earliest_ns=1700000000999998499\n"
                                "latest_ns=1700000001000001500\n"
                                "counter=x86-tsc\n"
                                "counter_now=1000005000\n"
                                "freq_hz=1000000000\n"
                                "status=synchronized\n"
                                "leap=none\n"
                                "smear_hint=utc-sls\n"
                                "disruption_marker=3\n"
                                "generation=18446744073709551615\n"
                                "flags=0x151\n"
                                "disruption=none\n"
                                "source=acpi\n"
                                "page=0xfeffb000\n"
                                "size=4096\n"
                                "seq=6\n"
                                "rtc_set=none\n"
                                "rtc_utc=2023-11-14T22:13:40.000000000Z\n"
                                "rtc_ahead_ms=19000\n"
                                "\n");
}

static uint64_t read_same(void *context)
{
    return *(const uint64_t *)context;
}

static void test_keys_are_those_of_the_list(void **state)
{
    const char *line = output;

    (void)state;
    report_init(&report, VMCLOCK_ERR_NO_DEVICE);
    print();
    assert_int_equal(strncmp(line, "vmclock: ", 9), 0);
    line = strchr(line, '\n') + 1;
    assert_int_equal(strncmp(line, "vmclock.format=1\n", 17), 0);
#define KEY(name) \
    line = strchr(line, '\n') + 1; \
    assert_int_equal(strncmp(line, #name "=", sizeof(#name)), 0);
#include "keys.def"
#undef KEY
    assert_string_equal(strchr(line, '\n'), "\n\n");
}

static void test_utc_unknown(void **state)
{
    (void)state;
    page.flags.wire &= ~VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID;
    print_page(5000);
    assert_verdict("TAI 1700000037 s, at most 1501 ns off; UTC unknown: "
                   "The offset between TAI and UTC is absent or implausible.");
    assert_line("state=ok");
    assert_line("error=tai-offset");
    assert_line("utc=none");
    assert_line("tai_sec=1700000037");
    assert_line("utc_offset=none");
    assert_line("bound_ns=1501");
    assert_line("earliest_ns=none");
    assert_line("latest_ns=none");
}

static void test_tai_unknown(void **state)
{
    (void)state;
    page.time_type = VMCLOCK_TIME_TYPE_UTC;
    page.flags.wire &= ~VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID;
    print_page(5000);
    assert_line("state=ok");
    assert_line("error=none");
    assert_line("utc=2023-11-14T22:13:57.000000000Z");
    assert_line("tai_sec=none");
    assert_line("utc_offset=none");
}

static void test_leap_second(void **state)
{
    (void)state;
    page.time_sec.wire = 1483228835; /* 2016-12-31 23:59:59 UTC */
    page.tai_offset_sec.wire = (uint16_t)-36;
    page.leap_indicator = VMCLOCK_LEAP_INDICATOR_PRE_POS;
    print_page(5000 + 1500000000);
    assert_verdict("2016-12-31T23:59:60.499999999Z, at most 1501 ns off");
    assert_line("utc=2016-12-31T23:59:60.499999999Z");
    assert_line("utc_offset=37");
    assert_line("leap=pre-pos");
    assert_line("earliest_ns=1483228799499998499");
}

/* POSIX counts 23:59:59 twice: the interval has all of that in it, and its ends are in order. */
static void test_leap_second_begins(void **state)
{
    (void)state;
    page.time_sec.wire = 1483228835; /* 2016-12-31 23:59:59 UTC */
    page.tai_offset_sec.wire = (uint16_t)-36;
    page.leap_indicator = VMCLOCK_LEAP_INDICATOR_PRE_POS;
    print_page(5000 + 1000000000 - 500);
    assert_line("utc=2016-12-31T23:59:59.999999499Z");
    assert_line("earliest_ns=1483228799000000000");
    assert_line("latest_ns=1483228800000000000");
    print_page(5000 + 2000000000 - 500); /* it is over before the interval is */
    assert_line("earliest_ns=1483228799999997999");
    assert_line("latest_ns=1483228800000001000");
}

static void test_bounds(void **state)
{
    (void)state;
    page.flags.wire = VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID;
    page.clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING;
    print_page(5000);
    assert_verdict("2023-11-14T22:13:20.000000000Z, no error bound published, free-running");
    assert_line("state=ok");
    assert_line("bound_ns=none");
    assert_line("bound_kind=none");
    assert_line("bound_by=none");
    assert_line("earliest_ns=none");
    assert_line("latest_ns=none");
    assert_line("status=freerunning");
    page.flags.wire |=
        VMCLOCK_PAGE_FLAG_PERIOD_ESTERROR_VALID | VMCLOCK_PAGE_FLAG_TIME_ESTERROR_VALID;
    page.time_esterror_nanosec.wire = 0;
    print_page(5000);
    assert_verdict("2023-11-14T22:13:20.000000000Z, by estimate 0 ns off, free-running");
    assert_line("bound_ns=none");
    assert_line("bound_kind=none");
    assert_line("bound_by=none");
    assert_line("estimate_ns=0");
    page.flags.wire |=
        VMCLOCK_PAGE_FLAG_PERIOD_MAXERROR_VALID | VMCLOCK_PAGE_FLAG_TIME_MAXERROR_VALID;
    page.time_esterror_nanosec.wire = 17; /* a promise beside it does not hide it */
    page.time_maxerror_nanosec.wire =
        UINT64_C(10000000000000000); /* 116 days: UTC is not known there */
    print_page(5000);
    assert_line("bound_ns=10000000000000000");
    assert_line("bound_kind=max");
    assert_line("estimate_ns=17");
    assert_line("earliest_ns=none");
    assert_line("latest_ns=none");
}

static void test_age_and_real_time_clock_before(void **state)
{
    (void)state;
    read_page(4999);
    report.rtc.posix_sec = 1699999999;
    report.rtc.frac64 = UINT64_C(1) << 63;
    report.rtc.in_leap_second = 0;
    report.have |= REPORT_HAVE_RTC;
    print();
    assert_line("age_ms=-1");
    assert_line("utc=2023-11-14T22:13:19.999999998Z");
    assert_line("rtc_utc=2023-11-14T22:13:19.500000000Z");
    assert_line("rtc_ahead_ms=-500");
    report.have |= REPORT_HAVE_RTC_SET;
    report.rtc_set_error = 0;
    print();
    assert_line("rtc_set=ok");
    report.rtc_set_error = VMCLOCK_ERR_BOUND;
    print();
    assert_line("rtc_set=bound");
}

/* What was not asked is none, whatever lies in its member. */
static void test_no_real_time_clock(void **state)
{
    (void)state;
    read_page(5000);
    report.rtc.posix_sec = 1700000020;
    report.rtc_set_error = VMCLOCK_ERR_BOUND;
    print();
    assert_line("state=ok");
    assert_line("rtc_utc=none");
    assert_line("rtc_ahead_ms=none");
    assert_line("rtc_set=none");
}

/* A second look that fails leaves nothing of the first to be reported. */
static void test_read_again(void **state)
{
    uint64_t counter_ticks = 5000;
    struct vmclock_counter counter = {read_same, &counter_ticks, VMCLOCK_COUNTER_ID_X86_TSC};
    struct vmclock clk;

    (void)state;
    read_page(5000);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, 0x1000, &counter), 0);
    assert_int_equal(report.have, REPORT_HAVE_REGION | REPORT_HAVE_SNAPSHOT | REPORT_HAVE_READING);
    page.clock_status = VMCLOCK_CLOCK_STATUS_UNKNOWN; /* there is a snapshot, and no time */
    report_read(&report, &clk);
    assert_int_equal(report.have, REPORT_HAVE_REGION | REPORT_HAVE_SNAPSHOT);
    page.seq_count.wire = 7;
    clk.max_tries = 3;
    report_read(&report, &clk);
    assert_int_equal(report.have, REPORT_HAVE_REGION);
    print();
    assert_line("counter_now=none");
    assert_line("utc=none");
}

static void test_far_years(void **state)
{
    (void)state;
    page.time_sec.wire = 253402300800 + 37;
    print_page(5000);
    assert_line("utc=+10000-01-01T00:00:00.000000000Z");
    assert_line("tai_sec=253402300837");
    assert_line("earliest_ns=none"); /* past 2262 */
    assert_line("bound_ns=1501");
}

static void test_frequency(void **state)
{
    static const struct {
        uint64_t period;
        uint8_t shift;
        const char *line;
    } cases[] = {{1, 0, "\nfreq_hz=none\n"},
                 {2, 0, "\nfreq_hz=9223372036854775808\n"},
                 {UINT64_MAX, 0, "\nfreq_hz=1\n"},
                 {UINT64_MAX, 62, "\nfreq_hz=4611686018427387904\n"},
                 {UINT64_MAX, 63, "\nfreq_hz=9223372036854775809\n"},
                 {UINT64_MAX, 64, "\nfreq_hz=none\n"},
                 {1, 255, "\nfreq_hz=none\n"},
                 {UINT64_C(295147905179352826), 0, "\nfreq_hz=62\n"},  /* just below 62.5 ... */
                 {UINT64_C(295147905179352825), 0, "\nfreq_hz=63\n"}}; /* ... and above */

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        page.counter_period_frac_sec.wire = cases[i].period;
        page.counter_period_shift = cases[i].shift;
        print_page(5000);
        if (!strstr(output, cases[i].line))
            fail_msg("case %zu: no %s in %s", i, cases[i].line, output);
    }
}

static void test_announced_disruption(void **state)
{
    (void)state;
    page.flags.wire |= VMCLOCK_PAGE_FLAG_DISRUPTION_SOON;
    print_page(5000);
    assert_line("disruption=soon");
    page.flags.wire |= VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT;
    print_page(5000);
    assert_line("disruption=imminent");
}

static void test_answer(void **state)
{
    (void)state;
    read_page(5000);
    output_length = 0;
    report_print_answer(&report, &sink);
    assert_string_equal(output, "ok 1699999999999998499 1700000000000001501 5000\n");
    page.seq_count.wire = 7;
    read_page(5000);
    output_length = 0;
    report_print_answer(&report, &sink);
    assert_string_equal(output, "busy none none none\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_whole_report, good_page),
        cmocka_unit_test_setup(test_keys_are_those_of_the_list, good_page),
        cmocka_unit_test_setup(test_utc_unknown, good_page),
        cmocka_unit_test_setup(test_tai_unknown, good_page),
        cmocka_unit_test_setup(test_leap_second, good_page),
        cmocka_unit_test_setup(test_leap_second_begins, good_page),
        cmocka_unit_test_setup(test_bounds, good_page),
        cmocka_unit_test_setup(test_age_and_real_time_clock_before, good_page),
        cmocka_unit_test_setup(test_no_real_time_clock, good_page),
        cmocka_unit_test_setup(test_read_again, good_page),
        cmocka_unit_test_setup(test_far_years, good_page),
        cmocka_unit_test_setup(test_frequency, good_page),
        cmocka_unit_test_setup(test_announced_disruption, good_page),
        cmocka_unit_test_setup(test_answer, good_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
