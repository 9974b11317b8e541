/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Firmwares that return success and write nothing, a part, or what cannot be. Each follows a good one,
 * whose time still lies on the stack.
 */
#include "efi.h"

#define NOW 978307200 /* START_SEC, of the good one */

static void good_before(void)
{
    struct vmclock_rtc_time time = {0};
    efi_start();
    assert_int_equal(vmclock_efi_time_get(&efi.system, &time), 0);
    assert_int_equal(time.posix_sec, NOW);
}

static void get_fails(int error)
{
    struct vmclock_rtc_time time = {1, 2, 3};
    assert_int_equal(vmclock_efi_time_get(&efi.system, &time), error);
    assert_int_equal(time.posix_sec, 1);
    assert_int_equal(time.ns, 2);
    assert_int_equal(time.assumed, 3);
}

static int set(void)
{
    const struct vmclock_set how = {&efi.machine.clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};
    struct vmclock_set_result result = {1, 2, 3};
    const int error = vmclock_set_efi(&how, &efi.system, &result);
    if (error != 0) {
        assert_int_equal(result.posix_sec, 1);
        assert_int_equal(result.ahead_ns, 2);
        assert_int_equal(result.error_ns, 3);
    }
    return error;
}

static void set_fails_unwritten(int error)
{
    assert_int_equal(set(), error);
    assert_int_equal(efi.sets, 0);
}

/* Every set of fields but the whole. */
static void some_of_the_date(void **state)
{
    (void)state;
    for (unsigned writes = 0; writes < WRITES_DATE; writes++) {
        good_before();
        efi.writes = writes;
        get_fails(VMCLOCK_ERR_RTC_INVALID);
    }
}

static void sample_of_nothing(void **state)
{
    struct vmclock_sample sample = {.counter_before = 1};
    (void)state;
    efi_start();
    assert_int_equal(
        vmclock_efi_time_sample(&efi.machine.clk, &efi.system, VMCLOCK_RTC_NOW, &sample), 0);
    sample.counter_before = 1;
    for (int moment = VMCLOCK_RTC_NOW; moment <= VMCLOCK_RTC_EDGE; moment++) {
        efi.writes = efi.writes_next = 0;
        assert_int_equal(vmclock_efi_time_sample(&efi.machine.clk, &efi.system, moment, &sample),
                         VMCLOCK_ERR_RTC_INVALID);
        assert_int_equal(sample.counter_before, 1);
    }
}

/* A good date but for one field. */
static void one_field_wrong(void **state)
{
    static const struct date wrong[] = {
        {0, 11, 22, 12, 34, 56, 0, 0, 60, 0, 0},
        {1899, 11, 22, 12, 34, 56, 0, 0, 60, 0, 0},
        {10000, 11, 22, 12, 34, 56, 0, 0, 60, 0, 0},
        {2026, 13, 22, 12, 34, 56, 0, 0, 60, 0, 0},
        {2026, 255, 22, 12, 34, 56, 0, 0, 60, 0, 0},
        {2026, 11, 0, 12, 34, 56, 0, 0, 60, 0, 0},
        {2026, 11, 31, 12, 34, 56, 0, 0, 60, 0, 0},
        {2026, 11, 22, 24, 34, 56, 0, 0, 60, 0, 0},
        {2026, 11, 22, 12, 60, 56, 0, 0, 60, 0, 0},
        {2026, 11, 22, 12, 34, 60, 0, 0, 60, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, 1000000000, 60, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, UINT32_MAX, 60, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, 0, 1441, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, 0, -1441, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, 0, 2046, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, 0, 2048, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, 0, INT16_MIN, 0, 0},
        {2026, 11, 22, 12, 34, 56, 0, 0, 60, 4, 0},
        {2026, 11, 22, 12, 34, 56, 0, 0, 60, 255, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        good_before();
        efi.fixed = wrong[i];
        get_fails(VMCLOCK_ERR_RTC_INVALID);
    }
}

/* Nobody uses what is between the fields. */
static void padding(void **state)
{
    struct vmclock_rtc_time time;
    (void)state;
    efi_start();
    efi.fixed = (struct date){2026, 11, 22, 12, 34, 56, 0xa5, 1, 60, 3, 0x5a};
    assert_int_equal(vmclock_efi_time_get(&efi.system, &time), 0);
    assert_int_equal(time.posix_sec, 1795354496);
}

/* A clock is not set in a zone that the firmware did not state. */
static void set_without_a_zone(void **state)
{
    static const unsigned writes[] = {0, WRITES_ABILITIES, WRITES_DATE & ~WRITES_ZONE,
                                      WRITES_DATE & ~WRITES_DAYLIGHT};
    (void)state;
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        good_before();
        efi.writes = efi.writes_next = writes[i];
        set_fails_unwritten(VMCLOCK_ERR_RTC_INVALID);
        assert_int_equal(efi.gets, 2); /* told at once */
    }
}

static void set_in_an_impossible_zone(void **state)
{
    static const int16_t zones[] = {1441, -1441, 2046, 2048, INT16_MAX, INT16_MIN};
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        good_before();
        efi.zone = zones[i];
        set_fails_unwritten(VMCLOCK_ERR_RTC_INVALID);
    }
    for (unsigned daylight = 4; daylight < 256; daylight += daylight) {
        good_before();
        efi.daylight = (uint8_t)daylight;
        set_fails_unwritten(VMCLOCK_ERR_RTC_INVALID);
    }
}

static uintptr_t(EFIAPI *good_get)(struct date *date, struct abilities *abilities);
static unsigned good_gets;

static uintptr_t EFIAPI bad_from_then_on(struct date *date, struct abilities *abilities)
{
    if (efi.gets >= good_gets) {
        efi.writes = WRITES_DATE & ~WRITES_ZONE;
    }
    return good_get(date, abilities);
}

/* The zone is lost at any moment before the clock is set. */
static void set_when_the_zone_is_lost(void **state)
{
    unsigned lost = 0;
    (void)state;
    for (good_gets = 1; efi_start(), good_gets < 100000; good_gets += 2999) {
        good_get = efi.runtime.get_time;
        efi.runtime.get_time = bad_from_then_on;
        efi.zone = -60;
        assert_int_equal(set(), VMCLOCK_ERR_RTC_INVALID);
        if (efi.sets != 0) {
            break; /* lost after it was set */
        }
        lost++;
    }
    assert_int_equal(efi.sets, 1);
    assert_int_equal(efi.set.zone, -60);
    assert_true(lost > 3);
}

/* A date that is lost is what setting is for. */
static void set_cures_a_date(void **state)
{
    (void)state;
    good_before();
    efi.fixed = (struct date){0, 255, 0, 255, 255, 255, 0xa5, 0, 60, 1, 0x5a};
    efi.zone = 60;
    assert_int_equal(set(), 0);
    assert_int_equal(efi.sets, 1);
    assert_int_equal(efi.set.pad1, 0);
    assert_int_equal(efi.set.pad2, 0);
    assert_int_equal(efi.set.zone, 60);
    assert_int_equal(efi.set.daylight, 1);
}

/* What it says of itself is a hint, and nothing is said where nothing is written. */
static void abilities(void **state)
{
    (void)state;
    for (unsigned zero = 0; zero < 256; zero++) {
        good_before();
        efi.sets_to_zero = (uint8_t)zero;
        if (zero > 1) {
            set_fails_unwritten(VMCLOCK_ERR_RTC_INVALID);
        }
    }
    good_before();
    efi.offset_ns = -86400 * SEC + 300000000;
    efi.writes = efi.writes_next = WRITES_DATE;
    assert_int_equal(set(), 0);
    assert_in_range(efi.offset_ns + SEC / 2 + 1000000, 0, SEC + 2000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_of_the_date),
        cmocka_unit_test(sample_of_nothing),
        cmocka_unit_test(one_field_wrong),
        cmocka_unit_test(padding),
        cmocka_unit_test(set_without_a_zone),
        cmocka_unit_test(set_in_an_impossible_zone),
        cmocka_unit_test(set_when_the_zone_is_lost),
        cmocka_unit_test(set_cures_a_date),
        cmocka_unit_test(abilities),
    };
    return cmocka_run_group_tests_name("efi_written", tests, NULL, NULL);
}
