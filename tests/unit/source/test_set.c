/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks are set right, to well within a second; and not at all when the time is not to be trusted. */
#include "machine.h"

static struct vmclock_set by(const struct machine *machine)
{
    return (struct vmclock_set){&machine->clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                VMCLOCK_SET_READINGS_DEFAULT};
}

/* Slow registers: else most of the work is waiting for virtual time to pass. */
static void started(struct machine *machine, uint8_t format)
{
    machine_init(machine, format);
    machine->step_ns = 10000;
}

/* The chip's time, to the ns, less the true one. */
static int64_t chip_ahead_ns(const struct machine *machine)
{
    const struct chip *chip = &machine->chip;
    return chip->sec * SEC + (chip->rate_ns - (chip->next_ns - machine->ns)) -
           (START_SEC * SEC + machine->ns);
}

static void cmos_in_every_format(void **state)
{
    (void)state;
    for (unsigned format = 0; format < 8; format += 2) {
        for (int64_t start = 0; start < SEC; start += 130000000) {
            struct vmclock_set_result result;
            struct machine machine;
            started(&machine, (uint8_t)(format | 0x40)); /* periodic interrupts are on */
            machine_pass(&machine, 11 * 3600 * SEC + start);
            machine_set_chip(&machine, START_SEC - 8 * 365 * 86400, start / 3);
            const struct vmclock_set set = by(&machine);
            const int64_t began_ns = machine.ns;
            assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
            assert_in_range(chip_ahead_ns(&machine) + 5000000, 0, 10000000);
            assert_in_range(result.ahead_ns + 10000000, 0, 20000000);
            assert_in_range(result.error_ns, 1000000, 10000000);
            assert_int_equal(result.posix_sec, machine_posix(&machine));
            assert_int_equal(machine.chip.memory[0x0b], format | 0x40);
            assert_int_equal(machine.chip.memory[0x0a], 0x26);
            assert_true(machine.ns - began_ns < 2 * SEC);
        }
    }
}

static void cmos_of_any_date(void **state)
{
    static const int64_t secs[] = {4107542399, /* 2100-02-28 23:59:59 */ 4102444799, 2147483646,
                                   1709164799, /* 2024-02-28 23:59:59 */ 951782399,  1798761599,
                                   1709164800, /* midnight, and noon */ 1709208000,  1709208000};
    (void)state;
    for (size_t i = 0; i < sizeof secs / sizeof *secs; i++) {
        struct vmclock_set_result result;
        struct machine machine;
        started(&machine, (uint8_t)(i % 4 * 2));
        machine_put(&machine, 0x48, 8, (uint64_t)secs[i]);
        const struct vmclock_set set = by(&machine);
        assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
        assert_in_range(chip_ahead_ns(&machine) - (secs[i] - START_SEC) * SEC + 20000000, 0,
                        40000000);
    }
}

/* A slow CPU that is taken away when it is about to set the clock: it is set in another second. */
static void cmos_after_a_pause(void **state)
{
    (void)state;
    for (int64_t at = SEC / 2 - 20000000; at < SEC / 2 + 20000000; at += 2500000) {
        struct vmclock_set_result result;
        struct machine machine;
        started(&machine, 2);
        machine.jump_at_ns = at;
        machine.jump_ns = 330000000;
        machine_set_chip(&machine, START_SEC - 1000, 0);
        const struct vmclock_set set = by(&machine);
        const int code = vmclock_set_cmos(&set, &machine.cmos, &result);
        assert_int_equal(code, 0);
        assert_in_range(chip_ahead_ns(&machine) + 340000000, 0, 680000000);
        assert_in_range(result.ahead_ns - chip_ahead_ns(&machine) + 345000000, 0, 690000000);
    }
}

static void cmos_that_does_not_obey(void **state)
{
    struct vmclock_set_result result = {1, 2, 3};
    struct machine machine;
    (void)state;
    started(&machine, 2);
    machine_set_chip(&machine, START_SEC - 1000, 0);
    machine.chip.takes_none = 1;
    const struct vmclock_set set = by(&machine);
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), VMCLOCK_ERR_RTC_NOT_SET);
    assert_int_equal(result.ahead_ns, 2);
    assert_false(machine.chip.memory[0x0b] & 0x80);
    /* A divider that cannot be reset: the beat stays, so it is off by up to half a second. */
    started(&machine, 2);
    machine_set_chip(&machine, START_SEC - 1000, 320000000);
    machine.chip.no_reset = 1;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
    assert_in_range(result.ahead_ns + VMCLOCK_SET_OFF_NS_MAX, 0, 2 * VMCLOCK_SET_OFF_NS_MAX);
    assert_in_range(result.ahead_ns - chip_ahead_ns(&machine) + 10000000, 0, 20000000);
}

static void cmos_century(void **state)
{
    struct vmclock_set_result result;
    struct machine machine;
    (void)state;
    started(&machine, 2);
    const struct vmclock_set set = by(&machine);
    machine.chip.century = 0;
    machine.chip.memory[0x32] = 0xff;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
    assert_int_equal(machine.chip.memory[0x32], 0xff);
    machine_put(&machine, 0x48, 8, 4107542399); /* in 2100, which it could not tell from 2000 */
    const unsigned writes = machine.chip.writes;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), VMCLOCK_ERR_RANGE);
    assert_int_equal(machine.chip.writes, writes);
    machine.cmos.century = machine.chip.century = 0x37;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
    assert_int_equal(machine.chip.memory[0x37], 0x21);
    machine.cmos.century = 0x0b; /* a FADT that is wrong */
    machine.chip.century = 0x32;
    machine.chip.memory[0x32] = 0x20;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
    assert_int_equal(machine.chip.memory[0x0b], 2);
}

/* A clock that shows nothing can be set all the same. */
static void cmos_that_is_lost(void **state)
{
    struct vmclock_set_result result;
    struct machine machine;
    (void)state;
    started(&machine, 0x82); /* whoever set it fell over */
    machine.chip.memory[0x0a] = 0x76;
    machine.chip.memory[8] = 0;
    const struct vmclock_set set = by(&machine);
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
    assert_int_equal(machine.chip.memory[0x0b], 2);
    assert_int_equal(machine.chip.memory[0x0a], 0x26);
    started(&machine, 2);
    machine.chip.dead = 1;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), VMCLOCK_ERR_RTC_ABSENT);
    assert_int_equal(machine.chip.writes, 0);
}

/* The divider is normal then, whatever the bit is that many chips have for another purpose; UIP is not written. */
static void cmos_divider(void **state)
{
    static const uint8_t before_and_after[][2] = {{0x26, 0x26}, {0x36, 0x36}, {0x2f, 0x2f},
                                                  {0x20, 0x20}, {0x76, 0x26}, {0x66, 0x26},
                                                  {0x06, 0x26}, {0x16, 0x26}, {0x46, 0x26}};
    (void)state;
    for (size_t i = 0; i < sizeof before_and_after / sizeof *before_and_after; i++) {
        struct vmclock_set_result result;
        struct machine machine;
        started(&machine, 2);
        machine.chip.memory[0x0a] = before_and_after[i][0];
        machine_set_chip(&machine, START_SEC, SEC / 2 + 500000); /* in an update when it is set */
        const struct vmclock_set set = by(&machine);
        assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
        assert_int_equal(machine.chip.memory[0x0a], before_and_after[i][1]);
    }
}

static void pl031(void **state)
{
    (void)state;
    for (int64_t off = -2 * SEC; off < 2 * SEC; off += 170000000) {
        struct vmclock_set_result result;
        struct machine machine;
        started(&machine, 2);
        machine.pl031_offset_ns = off - 1000000 * SEC;
        machine_pass(&machine, 700000000);
        const struct vmclock_set set = by(&machine);
        assert_int_equal(vmclock_set_pl031(&set, machine.pl031, &result), 0);
        assert_in_range(machine.pl031_offset_ns + SEC / 2 + 10000, 0, SEC + 20000);
        assert_in_range(result.ahead_ns - machine.pl031_offset_ns + 5000000, 0, 10000000);
        assert_int_equal(machine.pl031_sets, 1);
    }
}

static void pl031_limits(void **state)
{
    struct vmclock_set_result result;
    struct machine machine;
    (void)state;
    started(&machine, 2);
    const struct vmclock_set set = by(&machine);
    machine.pl031[3] = 0; /* never started */
    machine.pl031_offset_ns = -1000 * SEC;
    assert_int_equal(vmclock_set_pl031(&set, machine.pl031, &result), 0);
    assert_int_equal(machine.pl031[3], 1);
    assert_int_equal(machine.pl031[0], machine_posix(&machine));
    machine_put(&machine, 0x48, 8, UINT64_C(4294967296));
    assert_int_equal(vmclock_set_pl031(&set, machine.pl031, &result), VMCLOCK_ERR_RANGE);
    machine.pl031[0xfe0 / 4] = 0x30;
    const int64_t began_ns = machine.ns;
    assert_int_equal(vmclock_set_pl031(&set, machine.pl031, &result), VMCLOCK_ERR_RTC_ABSENT);
    assert_int_equal(machine.ns, began_ns); /* no clock is waited for, nor the page asked */
    assert_int_equal(machine.pl031_sets, 1);
}

/* Untrustworthy pages: each is refused by name, and no register is written. */
static void refused(struct machine *machine, int error)
{
    const struct vmclock_set set = by(machine);
    struct vmclock_set_result result = {1, 2, 3};
    assert_int_equal(vmclock_set_cmos(&set, &machine->cmos, &result), error);
    assert_int_equal(machine->chip.writes, 0);
    assert_int_equal(result.posix_sec, 1);
}

static void refused_too(struct machine *machine, int error)
{
    const struct vmclock_set set = by(machine);
    struct vmclock_set_result result = {1, 2, 3};
    assert_int_equal(vmclock_set_pl031(&set, machine->pl031, &result), error);
    assert_int_equal(machine->pl031_sets, 0);
    assert_int_equal(result.posix_sec, 1);
}

static void untrustworthy(void **state)
{
    static const struct {
        size_t offset, bytes;
        uint64_t value;
        int error;
    } wrong[] = {{0x22, 1, VMCLOCK_CLOCK_STATUS_UNKNOWN, VMCLOCK_ERR_UNSYNCHRONISED},
                 {0x22, 1, VMCLOCK_CLOCK_STATUS_INITIALIZING, VMCLOCK_ERR_UNSYNCHRONISED},
                 {0x22, 1, VMCLOCK_CLOCK_STATUS_UNRELIABLE, VMCLOCK_ERR_UNSYNCHRONISED},
                 {0x0a, 1, 0xff, VMCLOCK_ERR_NO_CLOCK},
                 {0x0a, 1, 0, VMCLOCK_ERR_COUNTER},
                 {0x0b, 1, 3, VMCLOCK_ERR_TIME_TYPE},
                 {0x0b, 1, 2, VMCLOCK_ERR_NO_EPOCH},
                 {0x0b, 1, 1, VMCLOCK_ERR_TAI_OFFSET},
                 {0x0c, 4, 3, VMCLOCK_ERR_BUSY},
                 {0x00, 4, 0, VMCLOCK_ERR_CHANGED},
                 {0x30, 8, 0, VMCLOCK_ERR_PERIOD},
                 {0x18, 8, 0, VMCLOCK_ERR_BOUND},
                 {0x18, 8, 0x10, VMCLOCK_ERR_BOUND},
                 {0x18, 8, 0x28, VMCLOCK_ERR_BOUND}, /* estimated only */
                 {0x60, 8, 100000001, VMCLOCK_ERR_BOUND},
                 {0x60, 8, UINT64_MAX, VMCLOCK_ERR_BOUND}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct machine machine;
        started(&machine, 2);
        machine.clk.max_tries = 10;
        machine_put(&machine, wrong[i].offset, wrong[i].bytes, wrong[i].value);
        refused(&machine, wrong[i].error);
        refused_too(&machine, wrong[i].error);
    }
}

static void stale(void **state)
{
    struct machine machine;
    (void)state;
    started(&machine, 2);
    machine_pass(&machine, 10 * SEC);
    machine.clk.max_age_sec = 10;
    refused(&machine, VMCLOCK_ERR_STALE);
    started(&machine, 2);
    machine_put(&machine, 0x28, 8, 10 * (uint64_t)SEC + 20000); /* in the future */
    machine.clk.max_age_sec = 10;
    refused(&machine, VMCLOCK_ERR_STALE);
    started(&machine, 2);
    machine_pass(&machine, 1 * SEC);
    machine.clk.max_age_sec = 1;
    refused(&machine, VMCLOCK_ERR_STALE);
}

/* And one that is not yet, or not that far in the future. */
static void young(void **state)
{
    (void)state;
    for (int ahead = 0; ahead < 2; ahead++) {
        struct machine machine;
        struct vmclock_set_result result;
        started(&machine, 2);
        const struct vmclock_set set = by(&machine);
        if (ahead)
            machine_put(&machine, 0x28, 8, 10 * (uint64_t)SEC);
        machine.clk.max_age_sec = 10;
        machine_set_chip(&machine, START_SEC - 1000, 300000000);
        assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), 0);
    }
}

static struct machine *changing;
static uint64_t change_at_ns, change_value;
static size_t change_offset, change_bytes;
static uint64_t (*plain_read)(void *context);

static uint64_t read_and_change(void *context)
{
    const uint64_t ticks = plain_read(context);
    if (ticks >= change_at_ns) {
        machine_put(changing, change_offset, change_bytes, change_value);
    }
    return ticks;
}

/* The page changes while the moment is awaited. */
static void changed_in_between(void **state)
{
    static const struct {
        size_t offset, bytes;
        uint64_t value;
        int error;
    } changes[] = {{0x10, 8, 8, VMCLOCK_ERR_DISRUPTED},
                   {0x22, 1, VMCLOCK_CLOCK_STATUS_UNRELIABLE, VMCLOCK_ERR_UNSYNCHRONISED},
                   {0x60, 8, 200000000, VMCLOCK_ERR_BOUND},
                   {0x00, 4, 0, VMCLOCK_ERR_CHANGED}};
    (void)state;
    for (size_t i = 0; i < 2 * sizeof changes / sizeof *changes; i++) {
        struct machine machine;
        started(&machine, 2);
        changing = &machine;
        plain_read = machine.clk.counter.read;
        machine.clk.counter.read = read_and_change;
        change_at_ns = (uint64_t)SEC / 4;
        change_offset = changes[i / 2].offset;
        change_bytes = changes[i / 2].bytes;
        change_value = changes[i / 2].value;
        (i % 2 ? refused : refused_too)(&machine, changes[i / 2].error);
    }
}

/* Time stands still: the wait ends. */
static void standing_time(void **state)
{
    struct vmclock_set_result result;
    struct machine machine;
    (void)state;
    started(&machine, 2);
    machine.step_ns = 0; /* the counter stands still */
    struct vmclock_set set = by(&machine);
    set.max_readings = 1000;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), VMCLOCK_ERR_BUSY);
    assert_int_equal(machine.chip.writes, 0);
}

static void arguments(void **state)
{
    struct vmclock_set_result result;
    struct machine machine;
    (void)state;
    started(&machine, 2);
    struct vmclock_set set = by(&machine);
    assert_int_equal(vmclock_set_cmos(NULL, &machine.cmos, &result), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_set_cmos(&set, NULL, &result), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_set_pl031(&set, NULL, &result), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_set_efi(&set, NULL, &result), VMCLOCK_ERR_ARGUMENT);
    machine.cmos.write = NULL;
    assert_int_equal(vmclock_set_cmos(&set, &machine.cmos, &result), VMCLOCK_ERR_ARGUMENT);
    set.clk = NULL;
    assert_int_equal(vmclock_set_pl031(&set, machine.pl031, &result), VMCLOCK_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cmos_in_every_format),
        cmocka_unit_test(cmos_of_any_date),
        cmocka_unit_test(cmos_after_a_pause),
        cmocka_unit_test(cmos_that_does_not_obey),
        cmocka_unit_test(cmos_century),
        cmocka_unit_test(cmos_that_is_lost),
        cmocka_unit_test(cmos_divider),
        cmocka_unit_test(pl031),
        cmocka_unit_test(pl031_limits),
        cmocka_unit_test(untrustworthy),
        cmocka_unit_test(stale),
        cmocka_unit_test(young),
        cmocka_unit_test(changed_in_between),
        cmocka_unit_test(standing_time),
        cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests_name("set", tests, NULL, NULL);
}
