/* SPDX-License-Identifier: BSD-2-Clause */
/* GetTime and SetTime of firmwares of all kinds. */
#include "machine.h"

#if defined(__x86_64__)
#define EFIAPI __attribute__((ms_abi))
#else
#define EFIAPI
#endif
#define EFI_ERROR_BIT ((uintptr_t)1 << (sizeof(uintptr_t) * 8 - 1))

/* As the specification lays them out. */
struct date {
    uint16_t year;
    uint8_t month, day, hour, minute, second, pad1;
    uint32_t nanosecond;
    int16_t zone;
    uint8_t daylight, pad2;
};
struct abilities {
    uint32_t resolution, accuracy;
    uint8_t sets_to_zero;
};
struct runtime {
    char signature[8];
    uint32_t revision, size, crc32, reserved;
    uintptr_t(EFIAPI *get_time)(struct date *date, struct abilities *abilities);
    uintptr_t(EFIAPI *set_time)(const struct date *date);
    void *others[12];
};
struct system_table {
    char signature[8];
    uint32_t revision, size, crc32, reserved;
    const uint16_t *vendor;
    uint32_t vendor_revision;
    void *console[6];
    struct runtime *runtime;
    void *boot;
    size_t entries;
    void *configuration;
};

/* The one firmware that there is. It keeps local time, in a zone. */
static struct {
    struct machine machine;
    struct system_table system;
    struct runtime runtime;
    uintptr_t get_status, set_status;
    struct date fixed; /* what GetTime gives, if its month is not 0 */
    struct date set;   /* by SetTime */
    int64_t offset_ns; /* of its clock to the true time */
    int16_t zone;
    uint8_t daylight, sets_to_zero;
    unsigned sets;
} efi;

static uintptr_t EFIAPI get_time(struct date *date, struct abilities *abilities)
{
    machine_pass(&efi.machine, 60000);
    if (efi.get_status) {
        return efi.get_status;
    }
    if (abilities) {
        *abilities = (struct abilities){1, 50000000, efi.sets_to_zero};
    }
    const int64_t ns = START_SEC * SEC + efi.machine.ns + efi.offset_ns;
    const int64_t local = ns / SEC - (efi.zone == 2047 ? 0 : efi.zone * 60);
    const struct vmclock_utc utc = {local, 0, 0};
    struct vmclock_civil civil;
    assert_int_equal(vmclock_utc_to_civil(&utc, &civil), 0);
    *date = (struct date){(uint16_t)civil.year,
                          civil.month,
                          civil.day,
                          civil.hour,
                          civil.minute,
                          civil.second,
                          0,
                          0,
                          efi.zone,
                          efi.daylight,
                          0};
    if (efi.fixed.month) {
        *date = efi.fixed;
    }
    return 0;
}

static uintptr_t EFIAPI set_time(const struct date *date)
{
    const struct vmclock_civil civil = {date->year,   date->month,  date->day, date->hour,
                                        date->minute, date->second, 0};
    struct vmclock_utc utc;
    machine_pass(&efi.machine, 60000);
    efi.set = *date;
    efi.sets++;
    if (efi.set_status) {
        return efi.set_status;
    }
    assert_int_equal(vmclock_civil_to_utc(&civil, &utc), 0);
    const int64_t sec = utc.posix_sec + (date->zone == 2047 ? 0 : date->zone * 60);
    const int64_t true_ns = START_SEC * SEC + efi.machine.ns;
    const int64_t into = efi.sets_to_zero ? 0 : ((true_ns + efi.offset_ns) % SEC + SEC) % SEC;
    efi.offset_ns = sec * SEC + into - true_ns;
    efi.get_status = 0;
    return 0;
}

static void start(void)
{
    memset(&efi, 0, sizeof efi);
    machine_init(&efi.machine, 2);
    memcpy(efi.system.signature, "IBI SYST", 8);
    memcpy(efi.runtime.signature, "RUNTSERV", 8);
    efi.system.size = sizeof efi.system;
    efi.runtime.size = sizeof efi.runtime;
    efi.system.runtime = &efi.runtime;
    efi.runtime.get_time = get_time;
    efi.runtime.set_time = set_time;
    efi.zone = 2047;
}

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
    start();
    gives(0, START_SEC, VMCLOCK_RTC_ASSUMED_UTC);
    for (int16_t zone = -1440; zone <= 1440; zone = (int16_t)(zone + 30)) {
        for (uint8_t daylight = 0; daylight < 4; daylight++) {
            start();
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
    start();
    efi.fixed = (struct date){2026, 11, 22, 12, 34, 56, 0, 999999999, 60, 3, 0};
    assert_int_equal(vmclock_efi_time_get(&efi.system, &time), 0);
    assert_int_equal(time.posix_sec, 1795354496); /* 13:34:56 UTC */
    assert_int_equal(time.ns, 999999999);
    assert_int_equal(time.assumed, 0);
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
                                        {2023, 1, 1, 23, 59, 60, 0, 0, 2047, 0, 0},
                                        {2023, 1, 1, 0, 0, 0, 0, 1000000000, 0, 0, 0},
                                        {2023, 1, 1, 0, 0, 0, 0, 0, 1441, 0, 0},
                                        {2023, 1, 1, 0, 0, 0, 0, 0, -1441, 0, 0},
                                        {65535, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        start();
        efi.fixed = wrong[i];
        gives(VMCLOCK_ERR_RTC_INVALID, 0, 0);
    }
}

static void failures(void **state)
{
    (void)state;
    start();
    efi.get_status = EFI_ERROR_BIT | 3;
    gives(VMCLOCK_ERR_RTC_ABSENT, 0, 0);
    efi.get_status = EFI_ERROR_BIT | 7;
    gives(VMCLOCK_ERR_RTC_FIRMWARE, 0, 0);
    efi.get_status = 3; /* a warning, of which GetTime has none */
    gives(VMCLOCK_ERR_RTC_FIRMWARE, 0, 0);
    start();
    efi.runtime.get_time = NULL;
    gives(VMCLOCK_ERR_RTC_ABSENT, 0, 0);
    start();
    efi.runtime.signature[0] = 'X';
    gives(VMCLOCK_ERR_EFI, 0, 0);
    start();
    efi.runtime.size = 24;
    gives(VMCLOCK_ERR_EFI, 0, 0);
    start();
    efi.system.runtime = NULL;
    gives(VMCLOCK_ERR_EFI, 0, 0);
    start();
    efi.system.signature[7] = 'X';
    gives(VMCLOCK_ERR_EFI, 0, 0);
    start();
    efi.system.size = 40;
    gives(VMCLOCK_ERR_EFI, 0, 0);
    assert_int_equal(vmclock_efi_time_get(NULL, &(struct vmclock_rtc_time){0}),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_time_get(&efi.system, NULL), VMCLOCK_ERR_ARGUMENT);
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
            start();
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
        start();
        efi.sets_to_zero = 1;
        efi.offset_ns = -86400 * SEC + 300000000;
        machine_pass(&efi.machine, at);
        is_set(5000000);
    }
}

static void set_what_shows_nothing(void **state)
{
    (void)state;
    start();
    efi.get_status = EFI_ERROR_BIT | 7; /* until it is set */
    is_set(SEC / 2);
    assert_int_equal(efi.set.zone, 2047);
}

static void not_set(void **state)
{
    struct vmclock_set_result result = {1, 2, 3};
    (void)state;
    start();
    efi.get_status = EFI_ERROR_BIT | 3;
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_ABSENT);
    assert_int_equal(efi.sets, 0);
    start();
    efi.set_status = EFI_ERROR_BIT | 8; /* write protected */
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_FIRMWARE);
    start();
    efi.set_status = EFI_ERROR_BIT | 3;
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_ABSENT);
    start();
    efi.runtime.set_time = NULL;
    assert_int_equal(set(&result), VMCLOCK_ERR_RTC_ABSENT);
    start();
    machine_put(&efi.machine, 0x22, 1, VMCLOCK_CLOCK_STATUS_UNRELIABLE);
    assert_int_equal(set(&result), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(efi.sets, 0);
    assert_int_equal(result.posix_sec, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones),           cmocka_unit_test(nanoseconds),
        cmocka_unit_test(no_date),         cmocka_unit_test(failures),
        cmocka_unit_test(set_in_its_zone), cmocka_unit_test(set_where_a_second_begins),
        cmocka_unit_test(not_set),         cmocka_unit_test(set_what_shows_nothing),
    };
    return cmocka_run_group_tests_name("efi_time", tests, NULL, NULL);
}
