/* SPDX-License-Identifier: BSD-2-Clause */
/* By what a clock is set: a calibration, a page of any age; and what stops that on the way. */
#include "efi.h"

static struct machine machine;
static struct vmclock_set how;

static void started(void)
{
    machine_init(&machine, 2);
    machine.step_ns = 10000;
    machine_set_chip(&machine, START_SEC - 1000, 300000000);
    how = (struct vmclock_set){&machine.clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                               VMCLOCK_SET_READINGS_DEFAULT};
}

static void sets(void)
{
    struct vmclock_set_result result;
    assert_int_equal(vmclock_set_cmos(&how, &machine.cmos, &result), 0);
    assert_int_equal(result.posix_sec, machine_posix(&machine));
    assert_int_equal(machine.chip.sec, machine_posix(&machine));
}

static void sets_nothing(int error)
{
    struct vmclock_set_result result = {1, 2, 3};
    assert_int_equal(vmclock_set_cmos(&how, &machine.cmos, &result), error);
    assert_int_equal(machine.chip.writes, 0);
    assert_int_equal(result.posix_sec, 1);
}

/* On a page without a clock: until the counter is disrupted. */
static void by_a_calibration(void **state)
{
    struct vmclock_snapshot calibrated;
    (void)state;
    started();
    assert_int_equal(vmclock_take_snapshot(&machine.clk, &calibrated), 0);
    machine_put(&machine, 0x0a, 1, VMCLOCK_COUNTER_ID_INVALID);
    sets_nothing(VMCLOCK_ERR_NO_CLOCK);
    how.calibrated = &calibrated;
    sets();
    machine.chip.writes = 0;
    machine_put(&machine, 0x10, 8, 8);
    sets_nothing(VMCLOCK_ERR_DISRUPTED);
}

/* A limit that no age reaches. */
static void by_a_page_of_any_age(void **state)
{
    static const uint64_t limits_sec[] = {0, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof limits_sec / sizeof *limits_sec; i++) {
        started();
        machine_pass(&machine, 3600 * SEC);
        machine.clk.max_age_sec = limits_sec[i];
        sets();
    }
}

/* It shows another time than it was set to: a clock behind, or ahead, that does not obey. */
static void a_clock_that_keeps_its_time(void **state)
{
    (void)state;
    for (int64_t off_sec = -1000; off_sec <= 1000; off_sec += 2000) {
        struct vmclock_set_result result = {1, 2, 3};
        started();
        machine_set_chip(&machine, START_SEC + off_sec, 300000000);
        machine.chip.takes_none = 1;
        assert_int_equal(vmclock_set_cmos(&how, &machine.cmos, &result), VMCLOCK_ERR_RTC_NOT_SET);
        assert_int_equal(result.ahead_ns, 2);
    }
}

static void a_clock_without_a_way_to_it(void **state)
{
    (void)state;
    started();
    machine.cmos.read = NULL;
    sets_nothing(VMCLOCK_ERR_ARGUMENT);
}

static uint64_t (*plain_read)(void *context);

static uint64_t read_and_lose_the_table(void *context)
{
    if (efi.machine.ns > SEC / 4)
        efi.runtime.signature[0] = 'X';
    return plain_read(context);
}

static int set_efi(void)
{
    struct vmclock_set_result result;
    how = (struct vmclock_set){&efi.machine.clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                               VMCLOCK_SET_READINGS_DEFAULT};
    return vmclock_set_efi(&how, &efi.system, &result);
}

/* Of a firmware that gives no time, and then is not there when it is to be given one. */
static void a_firmware_that_goes_away(void **state)
{
    (void)state;
    efi_start();
    efi.get_status = EFI_ERROR_BIT | 7;
    machine_pass(&efi.machine, SEC / 8);
    plain_read = efi.machine.clk.counter.read;
    efi.machine.clk.counter.read = read_and_lose_the_table;
    assert_int_equal(set_efi(), VMCLOCK_ERR_EFI);
    assert_int_equal(efi.sets, 0);
}

/* Its last year is 9999, in its own zone. */
static void a_firmware_in_the_last_year(void **state)
{
    const uint64_t end_of_9999 = UINT64_C(253402300799);
    static const struct {
        int16_t zone; /* minutes that are to be added for UTC */
        int64_t past_sec;
        int error;
    } cases[] = {{2047, -60, VMCLOCK_ERR_RTC_FIRMWARE},  {2047, 1, VMCLOCK_ERR_RANGE},
                 {60, 3540, VMCLOCK_ERR_RTC_FIRMWARE},   {60, 3601, VMCLOCK_ERR_RANGE},
                 {-60, -3660, VMCLOCK_ERR_RTC_FIRMWARE}, {-60, -3599, VMCLOCK_ERR_RANGE}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        efi_start();
        efi.zone = cases[i].zone;
        efi.set_status = EFI_ERROR_BIT | 8; /* it keeps what it was given */
        machine_put(&efi.machine, 0x48, 8, end_of_9999 + (uint64_t)cases[i].past_sec);
        assert_int_equal(set_efi(), cases[i].error);
        assert_int_equal(efi.sets, cases[i].error != VMCLOCK_ERR_RANGE);
        if (efi.sets != 0) {
            assert_int_equal(efi.set.year, 9999);
            assert_int_equal(efi.set.month * 100 + efi.set.day, 1231);
            assert_int_equal(efi.set.hour * 100 + efi.set.minute, 2359);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_a_calibration),
        cmocka_unit_test(by_a_page_of_any_age),
        cmocka_unit_test(a_clock_that_keeps_its_time),
        cmocka_unit_test(a_clock_without_a_way_to_it),
        cmocka_unit_test(a_firmware_that_goes_away),
        cmocka_unit_test(a_firmware_in_the_last_year),
    };
    return cmocka_run_group_tests_name("source.set_by", tests, NULL, NULL);
}
