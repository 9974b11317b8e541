/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every state of the report, and that it then gives no time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "fixture.h"

/* All that only a usable clock vouches for. */
static void assert_no_time(void)
{
    static const char *const keys[] = {"utc",        "tai_sec",     "utc_offset", "bound_ns",
                                       "bound_kind", "bound_by",    "age_ms",     "earliest_ns",
                                       "latest_ns",  "freq_hz",     "leap",       "smear_hint",
                                       "rtc_utc",    "rtc_ahead_ms"};
    char line[64];

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        snprintf(line, sizeof(line), "\n%s=none\n", keys[i]);
        if (!strstr(output, line))
            fail_msg("a value for %s in\n%s", keys[i], output);
    }
}

static void test_no_device(void **state)
{
    (void)state;
    report_init(&report, VMCLOCK_ERR_NO_DEVICE);
    print();
    assert_verdict("no-device: The firmware describes no vmclock device.");
    assert_line("state=no-device");
    assert_line("error=no-device");
    assert_line("page=none");
    assert_line("source=none");
    assert_line("counter=none");
    assert_line("disruption_marker=none");
    assert_line("flags=none");
    assert_no_time();
}

static void test_no_clock(void **state)
{
    (void)state;
    page.counter_id = VMCLOCK_COUNTER_ID_INVALID;
    page.clock_status = VMCLOCK_CLOCK_STATUS_UNKNOWN;
    page.flags.wire = 0;
    print_page(7);
    assert_line("state=no-clock");
    assert_line("disruption_marker=3");
    assert_line("generation=none");
    assert_line("status=none");
    assert_line("counter=none");
    assert_line("counter_now=none");
    assert_line("seq=6");
    assert_no_time();
}

static void test_no_epoch_is_no_clock(void **state)
{
    (void)state;
    page.time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
    print_page(5000);
    assert_line("state=no-clock");
    assert_line("error=no-epoch");
    assert_line("utc=none");
    assert_line("tai_sec=none");
    assert_line("earliest_ns=none");
    assert_line("freq_hz=1000000000");
}

static void test_unsynchronised(void **state)
{
    static const struct {
        uint8_t status;
        const char *line;
    } cases[] = {{VMCLOCK_CLOCK_STATUS_UNKNOWN, "\nstatus=unknown\n"},
                 {VMCLOCK_CLOCK_STATUS_INITIALIZING, "\nstatus=initializing\n"},
                 {VMCLOCK_CLOCK_STATUS_UNRELIABLE, "\nstatus=unreliable\n"},
                 {77, "\nstatus=77\n"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        page.clock_status = cases[i].status;
        print_page(5000);
        assert_verdict("unsynchronised: The publisher says that its clock is not usable.");
        assert_line("state=unsynchronised");
        assert_line("counter_now=5000");
        assert_non_null(strstr(output, cases[i].line));
        assert_no_time();
    }
}

/* There is a clock, but it is not known what to make of it. */
static void test_contradicted(void **state)
{
    static const int errors[] = {VMCLOCK_ERR_CONTRADICTION, VMCLOCK_ERR_RATE, VMCLOCK_ERR_TOO_FAR};

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
        report_init(&report, errors[i]);
        print();
        assert_line("state=unsynchronised");
        assert_no_time();
    }
}

static void test_bad_page_when_opened(void **state)
{
    (void)state;
    page.magic.wire ^= 1;
    print_page(5000);
    assert_line("state=bad-page");
    assert_line("error=magic");
    assert_line("page=0xfeffb000");
    assert_line("size=none");
    assert_no_time();
    good_page(NULL);
    page.version.wire = 2;
    print_page(5000);
    assert_line("error=version");
    good_page(NULL);
    page.size.wire = 0x1001;
    print_page(5000);
    assert_line("state=bad-page");
    assert_line("error=size");
}

static void test_bad_page_when_read(void **state)
{
    (void)state;
    page.time_type = VMCLOCK_TIME_TYPE_SMEARED;
    print_page(5000);
    assert_line("state=bad-page");
    assert_line("error=time-type");
    assert_no_time();
    good_page(NULL);
    page.counter_period_frac_sec.wire = 0;
    print_page(5000);
    assert_line("error=period");
    assert_no_time();
}

static void test_wrong_counter(void **state)
{
    (void)state;
    page.counter_id = VMCLOCK_COUNTER_ID_ARM_VCNT;
    print_page(5000);
    assert_line("state=wrong-counter");
    assert_line("counter=arm-vcnt");
    assert_line("counter_now=none");
    assert_no_time();
    page.counter_id = 9;
    print_page(5000);
    assert_line("counter=9");
}

static void test_busy(void **state)
{
    (void)state;
    page.seq_count.wire = 7;
    print_page(5000);
    assert_line("state=busy");
    assert_line("seq=none");
    assert_line("flags=none");
    assert_no_time();
}

static uint64_t read_7000(void *context)
{
    (void)context;
    return 7000;
}

static void test_disrupted(void **state)
{
    (void)state;
    read_page(5000);
    report.error = VMCLOCK_ERR_DISRUPTED;
    print();
    assert_verdict("disrupted: The counter was disrupted since it was calibrated.");
    assert_line("state=disrupted");
}

/* A page without a clock, and a calibration of its counter. */
static void test_calibrated(void **state)
{
    const struct vmclock_counter counter = {read_7000, NULL, VMCLOCK_COUNTER_ID_X86_TSC};
    struct vmclock_snapshot calibrated;
    struct vmclock clk;

    (void)state;
    read_page(5000);
    calibrated = report.snapshot;
    calibrated.bound_by = VMCLOCK_BOUND_BY_CMOS;
    page.counter_id = VMCLOCK_COUNTER_ID_INVALID;
    assert_int_equal(vmclock_open_with_counter(&clk, &page, 0x1000, &counter), 0);
    report_read(&report, &clk);
    print();
    assert_line("state=no-clock");
    report.calibrated = &calibrated;
    report_read(&report, &clk);
    print();
    assert_line("state=ok");
    assert_line("source=calibrated:cmos");
    assert_line("counter_now=7000");
    page.disruption_marker.wire++;
    report_read(&report, &clk);
    print();
    assert_line("state=disrupted");
    assert_line("error=disrupted");
    assert_no_time();
}

static void test_both_unknown_is_not_ok(void **state)
{
    (void)state;
    page.time_type = VMCLOCK_TIME_TYPE_UTC;
    page.flags.wire &= ~VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID;
    page.leap_indicator = 99;
    print_page(5000);
    assert_line("state=bad-page");
    assert_line("error=leap");
    assert_line("utc=none");
    assert_line("leap=99");
}

static void test_stale_page_is_unsynchronised(void **state)
{
    (void)state;
    page.time_type = VMCLOCK_TIME_TYPE_UTC;
    page.flags.wire &= ~VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID;
    print_page(5000 + UINT64_C(70) * 86400 * 1000000000);
    assert_line("state=unsynchronised");
    assert_line("error=leap-horizon");
}

static void test_every_error_has_a_state_of_its_own_kind(void **state)
{
    (void)state;
#define CHECK(code, NAME, name, text) \
    report_init(&report, code); \
    assert_int_not_equal(report_state(&report), REPORT_STATE_OK); \
    print(); \
    assert_line("error=" name); \
    assert_non_null(strstr(output, ": " text "\n"));
    VMCLOCK_ERRORS(CHECK)
#undef CHECK
    report_init(&report, -999);
    assert_int_equal(report_state(&report), REPORT_STATE_BAD_PAGE);
}

static void test_nothing_read_is_not_ok(void **state)
{
    (void)state;
    report_init(&report, 0);
    assert_int_not_equal(report_state(&report), REPORT_STATE_OK);
    print();
    assert_line("state=no-clock");
    assert_no_time();
}

static void test_codes_are_distinct(void **state)
{
    uint8_t seen[256] = {0};

    (void)state;
#define STATE(NAME, name, code) \
    assert_in_range(code, 3, 30); \
    assert_int_equal(seen[code]++, 0); \
    assert_int_equal(report_state_code(REPORT_STATE_##NAME), code); \
    assert_string_equal(report_state_name(REPORT_STATE_##NAME), name);
#include "states.def"
#undef STATE
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_no_device, good_page),
        cmocka_unit_test_setup(test_no_clock, good_page),
        cmocka_unit_test_setup(test_no_epoch_is_no_clock, good_page),
        cmocka_unit_test_setup(test_unsynchronised, good_page),
        cmocka_unit_test_setup(test_contradicted, good_page),
        cmocka_unit_test_setup(test_bad_page_when_opened, good_page),
        cmocka_unit_test_setup(test_bad_page_when_read, good_page),
        cmocka_unit_test_setup(test_wrong_counter, good_page),
        cmocka_unit_test_setup(test_busy, good_page),
        cmocka_unit_test_setup(test_disrupted, good_page),
        cmocka_unit_test_setup(test_calibrated, good_page),
        cmocka_unit_test_setup(test_both_unknown_is_not_ok, good_page),
        cmocka_unit_test_setup(test_stale_page_is_unsynchronised, good_page),
        cmocka_unit_test_setup(test_every_error_has_a_state_of_its_own_kind, good_page),
        cmocka_unit_test_setup(test_nothing_read_is_not_ok, good_page),
        cmocka_unit_test_setup(test_codes_are_distinct, good_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
