/* SPDX-License-Identifier: BSD-2-Clause */
/* GetTime and SetTime of firmwares of all kinds. */
#include "efi.h"

static void gives(int error, int64_t sec, uint8_t assumed)
{
    struct vmclock_rtc_time time = {1, 2, 3};
    assert_int_equal(vmclock_efi_time_get(&efi.system, &time), error);
    assert_int_equal(time.posix_sec, error ? 1 : sec);
    assert_int_equal(time.assumed, error ? 3 : assumed);
}

static void zones(void **state)
{
    (void)state;
    efi_start();
    gives(0, START_SEC, VMCLOCK_RTC_ASSUMED_UTC);
    for (int16_t zone = -1440; zone <= 1440; zone = (int16_t)(zone + 30)) {
        for (uint8_t daylight = 0; daylight < 4; daylight++) {
            efi_start();
            efi.zone = zone;
            efi.daylight = daylight;
            gives(0, START_SEC, 0);
        }
    }
}

static void nanoseconds(void **state)
{
    struct vmclock_rtc_time time;
    (void)state;
    efi_start();
    efi.fixed = (struct date){2026, 11, 22, 12, 34, 56, 0, 999999999, 60, 3, 0};
    assert_int_equal(vmclock_efi_time_get(&efi.system, &time), 0);
    assert_int_equal(time.posix_sec, 1795354496); /* 13:34:56 UTC */
    assert_int_equal(time.ns, 999999999);
    assert_int_equal(time.assumed, 0);
}

/* What is below the second stays, of both ends. */
static void sample_with_nanoseconds(void **state)
{
    struct vmclock_sample sample = {.earliest = {1, 2}, .latest = {3, 4}};
    (void)state;
    efi_start();
    efi.fixed = (struct date){2026, 11, 22, 12, 34, 56, 0, 750000000, 60, 3, 0};
    assert_int_equal(
        vmclock_efi_time_sample(&efi.machine.clk, &efi.system, VMCLOCK_RTC_NOW, &sample), 0);
    assert_int_equal(sample.earliest.sec, 1795354496);
    assert_int_equal(sample.earliest.frac64, UINT64_C(3) << 62);
    assert_int_equal(sample.latest.sec, 1795354497);
    assert_int_equal(sample.latest.frac64, UINT64_C(3) << 62);
}

static void first_and_last(void **state)
{
    static const struct {
        struct date date;
        int64_t posix_sec;
    } cases[] = {{{1900, 1, 1, 0, 0, 0, 0, 0, 2047, 0, 0}, -2208988800},
                 {{9999, 12, 31, 23, 59, 59, 0, 0, 2047, 0, 0}, 253402300799},
                 {{1970, 1, 1, 0, 0, 0, 0, 0, 1440, 0, 0}, 86400},
                 {{1970, 1, 1, 0, 0, 0, 0, 0, -1440, 0, 0}, -86400}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vmclock_rtc_time time;
        efi_start();
        efi.fixed = cases[i].date;
        assert_int_equal(vmclock_efi_time_get(&efi.system, &time), 0);
        assert_int_equal(time.posix_sec, cases[i].posix_sec);
    }
}

static void no_date(void **state)
{
    static const struct date wrong[] = {{1899, 12, 31, 23, 59, 59, 0, 0, 2047, 0, 0},
                                        {10000, 1, 1, 0, 0, 0, 0, 0, 2047, 0, 0},
                                        {2023, 2, 29, 0, 0, 0, 0, 0, 2047, 0, 0},
                                        {2023, 13, 1, 0, 0, 0, 0, 0, 2047, 0, 0},
                                        {2023, 1, 0, 0, 0, 0, 0, 0, 2047, 0, 0},
                                        {2023, 1, 1, 24, 0, 0, 0, 0, 2047, 0, 0},
                                        {2023, 1, 1, 0, 60, 0, 0, 0, 2047, 0, 0},
                                        {2016, 12, 31, 23, 59, 60, 0, 0, 2047, 0, 0},
                                        {2023, 1, 1, 0, 0, 0, 0, 1000000000, 0, 0, 0},
                                        {2023, 1, 1, 0, 0, 0, 0, 0, 1441, 0, 0},
                                        {2023, 1, 1, 0, 0, 0, 0, 0, -1441, 0, 0},
                                        {65535, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        efi_start();
        efi.fixed = wrong[i];
        gives(VMCLOCK_ERR_RTC_INVALID, 0, 0);
    }
}

static void failures(void **state)
{
    (void)state;
    efi_start();
    efi.get_status = EFI_ERROR_BIT | 3;
    gives(VMCLOCK_ERR_RTC_ABSENT, 0, 0);
    efi.get_status = EFI_ERROR_BIT | 7;
    gives(VMCLOCK_ERR_RTC_FIRMWARE, 0, 0);
    efi.get_status = 3; /* a warning, of which GetTime has none */
    gives(VMCLOCK_ERR_RTC_FIRMWARE, 0, 0);
    efi_start();
    efi.runtime.get_time = NULL;
    gives(VMCLOCK_ERR_RTC_ABSENT, 0, 0);
    efi_start();
    efi.runtime.signature[0] = 'X';
    gives(VMCLOCK_ERR_EFI, 0, 0);
    efi_start();
    efi.runtime.size = 24;
    gives(VMCLOCK_ERR_EFI, 0, 0);
    efi_start();
    efi.system.runtime = NULL;
    gives(VMCLOCK_ERR_EFI, 0, 0);
    efi_start();
    efi.system.signature[7] = 'X';
    gives(VMCLOCK_ERR_EFI, 0, 0);
    efi_start();
    efi.system.size = 40;
    gives(VMCLOCK_ERR_EFI, 0, 0);
    assert_int_equal(vmclock_efi_time_get(NULL, &(struct vmclock_rtc_time){0}),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_time_get(&efi.system, NULL), VMCLOCK_ERR_ARGUMENT);
}

/* The tables as far as they are used: the runtime services' one to SetTime, the system's whole. */
static void sizes(void **state)
{
    (void)state;
    efi_start();
    efi.runtime.size = offsetof(struct runtime, others);
    gives(0, START_SEC, VMCLOCK_RTC_ASSUMED_UTC);
    efi.runtime.size--;
    gives(VMCLOCK_ERR_EFI, 0, 0);
    efi_start();
    efi.system.size = sizeof(struct system_table);
    gives(0, START_SEC, VMCLOCK_RTC_ASSUMED_UTC);
    efi.system.size--;
    gives(VMCLOCK_ERR_EFI, 0, 0);
}

static int set(struct vmclock_set_result *result)
{
    const struct vmclock_set how = {&efi.machine.clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};
    return vmclock_set_efi(&how, &efi.system, result);
}

static void is_set(int64_t limit_ns)
{
    struct vmclock_set_result result;
    assert_int_equal(set(&result), 0);
    assert_in_range(efi.offset_ns + limit_ns, 0, 2 * limit_ns);
    assert_in_range(result.ahead_ns - efi.offset_ns + 1000000, 0, 2000000);
    assert_int_equal(efi.sets, 1);
    assert_int_equal(efi.set.nanosecond, 0);
}

static void set_in_its_zone(void **state)
{
    static const int16_t zones[] = {2047, 0, -60, 480, -1440, 1440};
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        for (int64_t off = 0; off < SEC; off += 190000000) {
            efi_start();
            efi.zone = zones[i];
            efi.daylight = 3;
            efi.offset_ns = off + 86400 * 300 * SEC;
            is_set(SEC / 2 + 1000000);
            assert_int_equal(efi.set.zone, zones[i]);
            assert_int_equal(efi.set.daylight, 3);
        }
    }
}

static void set_where_a_second_begins(void **state)
{
    (void)state;
    for (int64_t at = 0; at < SEC; at += 190000000) {
        efi_start();
        efi.sets_to_zero = 1;
        efi.offset_ns = -86400 * SEC + 300000000;
        machine_pass(&efi.machine, at);
        is_set(5000000);
    }
}

static void set_what_shows_nothing(void **state)
{
    (void)state;
    efi_start();
    efi.get_status = EFI_ERROR_BIT | 7; /* until it is set */
    is_set(SEC / 2);
    assert_int_equal(efi.set.zone, 2047);
    assert_int_equal(efi.set.daylight, 0);
}

static void not_set(void **state)
{
    struct vmclock_set_result result = {1, 2, 3};
    (void)state;
    efi_start();
    efi.get_status = EFI_ERROR_BIT | 3;
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_ABSENT);
    assert_int_equal(efi.sets, 0);
    efi_start();
    efi.set_status = EFI_ERROR_BIT | 8; /* write protected */
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_FIRMWARE);
    efi_start();
    efi.set_status = EFI_ERROR_BIT | 3;
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_ABSENT);
    efi_start();
    efi.runtime.set_time = NULL;
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_ABSENT);
    efi_start();
    machine_put(&efi.machine, 0x22, 1, VMCLOCK_CLOCK_STATUS_UNRELIABLE);
    assert_int_equal(set(&result), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(efi.sets, 0);
    assert_int_equal(result.posix_sec, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones),
        cmocka_unit_test(nanoseconds),
        cmocka_unit_test(sample_with_nanoseconds),
        cmocka_unit_test(first_and_last),
        cmocka_unit_test(no_date),
        cmocka_unit_test(failures),
        cmocka_unit_test(sizes),
        cmocka_unit_test(set_in_its_zone),
        cmocka_unit_test(set_where_a_second_begins),
        cmocka_unit_test(not_set),
        cmocka_unit_test(set_what_shows_nothing),
    };
    return cmocka_run_group_tests_name("efi_time", tests, NULL, NULL);
}
