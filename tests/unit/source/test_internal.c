/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of drivers/source promise each other: a clock as it is described, an answer that nobody wrote. */
#include "drivers/source/internal.h"
#include "efi.h"

static struct vmclock_rtc undescribed(void)
{
    struct vmclock_rtc rtc;
    memset(&rtc, 0xa5, sizeof rtc);
    return rtc;
}

/* Who only reads a clock links nothing that sets it. */
static void clocks_are_only_read(void **state)
{
    struct vmclock_rtc rtc;
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    rtc = undescribed();
    vmclock_rtc_of_cmos(&rtc, &machine.cmos);
    assert_null(rtc.set);
    assert_ptr_equal(rtc.device.cmos, &machine.cmos);
    assert_int_equal(rtc.phase, VMCLOCK_RTC_PHASE_HALF);
    rtc = undescribed();
    vmclock_rtc_of_pl031(&rtc, machine.pl031);
    assert_null(rtc.set);
    assert_ptr_equal(rtc.device.read_registers, machine.pl031);
    assert_int_equal(rtc.phase, VMCLOCK_RTC_PHASE_KEPT);
    rtc = undescribed();
    vmclock_rtc_of_efi(&rtc, &efi.system);
    assert_null(rtc.set);
    assert_ptr_equal(rtc.device.system_table, &efi.system);
    assert_int_equal(rtc.phase, VMCLOCK_RTC_PHASE_KEPT);
}

/* As long as the fastest machine polls for more than two seconds. */
static void polls(void **state)
{
    struct vmclock_rtc rtc = undescribed();
    (void)state;
    vmclock_rtc_of_cmos(&rtc, NULL);
    assert_int_equal(rtc.max_polls, 1000000);
    vmclock_rtc_of_pl031(&rtc, NULL);
    assert_int_equal(rtc.max_polls, 40000000);
    vmclock_rtc_of_efi(&rtc, NULL);
    assert_int_equal(rtc.max_polls, 2000000);
}

/* A firmware that succeeds and writes nothing: no field is as a clock can have it, and it is able to do nothing. */
static void nothing_is_left_of_the_caller(void **state)
{
    struct vmclock_efi_abilities abilities;
    struct vmclock_efi_date date;
    (void)state;
    efi_start();
    efi.writes = 0;
    memset(&date, 0xa5, sizeof date);
    memset(&abilities, 0xa5, sizeof abilities);
    assert_int_equal(vmclock_efi_ask(&efi.system, &date, &abilities), VMCLOCK_ERR_RTC_INVALID);
    assert_int_equal(date.year, 0);
    assert_int_equal(date.month, 0);
    assert_int_equal(date.day, 0);
    assert_int_equal(date.hour, 255);
    assert_int_equal(date.minute, 255);
    assert_int_equal(date.second, 255);
    assert_int_equal(date.nanosecond, UINT32_MAX);
    assert_int_equal(date.zone_min, INT16_MIN);
    assert_int_equal(date.daylight, 255);
    assert_int_equal(date.pad1, 0);
    assert_int_equal(date.pad2, 0);
    assert_int_equal(abilities.resolution_hz, 0);
    assert_int_equal(abilities.accuracy_ppt, 0);
    assert_int_equal(abilities.sets_to_zero, 0);
}

static unsigned gets, failing_get;

static int fail_once(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time)
{
    (void)rtc;
    *time = (struct vmclock_rtc_time){START_SEC, 0, 0};
    return ++gets == failing_get ? VMCLOCK_ERR_RTC_INVALID : 0;
}

/* The first one, too: there is no edge after a time that was none. */
static void any_failed_get_ends_a_sample(void **state)
{
    const struct vmclock_rtc rtc = {.get = fail_once, .max_polls = 10};
    (void)state;
    for (failing_get = 1; failing_get <= 3; failing_get++) {
        struct vmclock_sample sample = {.counter_id = 9};
        struct machine machine;
        machine_init(&machine, 2);
        gets = 0;
        assert_int_equal(vmclock_rtc_sample(&machine.clk, &rtc, VMCLOCK_RTC_EDGE, &sample),
                         VMCLOCK_ERR_RTC_INVALID);
        assert_int_equal(gets, failing_get);
        assert_int_equal(sample.counter_id, 9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_are_only_read),
        cmocka_unit_test(polls),
        cmocka_unit_test(any_failed_get_ends_a_sample),
        cmocka_unit_test(nothing_is_left_of_the_caller),
    };
    return cmocka_run_group_tests_name("internal", tests, NULL, NULL);
}
