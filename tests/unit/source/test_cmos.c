/* SPDX-License-Identifier: BSD-2-Clause */
/* The CMOS clock's registers: formats, dates, updates, and what is no time. */
#include "machine.h"

static const uint8_t formats[] = {0x00, 0x02, 0x04, 0x06};
#define FORMATS (sizeof formats)

static int64_t posix(int year, int month, int day, int hour, int minute, int second)
{
    const struct vmclock_civil civil = {
        year, (uint8_t)month, (uint8_t)day, (uint8_t)hour, (uint8_t)minute, (uint8_t)second, 0};
    struct vmclock_utc utc;
    assert_int_equal(vmclock_civil_to_utc(&civil, &utc), 0);
    return utc.posix_sec;
}

/* In the middle of its second. */
static void shows(struct machine *machine, int64_t sec, uint8_t assumed)
{
    struct vmclock_rtc_time time = {1, 2, 4};
    machine_set_chip(machine, sec, SEC / 2);
    assert_int_equal(vmclock_cmos_get(&machine->cmos, &time), 0);
    assert_int_equal(time.posix_sec, sec);
    assert_int_equal(time.ns, 0);
    assert_int_equal(time.assumed, assumed);
}

static void every_hour_in_every_format(void **state)
{
    (void)state;
    for (size_t f = 0; f < FORMATS; f++) {
        struct machine machine;
        machine_init(&machine, formats[f]);
        for (int hour = 0; hour < 24; hour++) {
            shows(&machine, posix(2026, 11, 22, hour, 59, 58), VMCLOCK_RTC_ASSUMED_UTC);
        }
    }
}

static void dates(void **state)
{
    const int64_t secs[] = {posix(1970, 1, 1, 0, 0, 0),     posix(1999, 12, 31, 23, 59, 59),
                            posix(2000, 2, 29, 12, 0, 0),   posix(2024, 2, 29, 0, 0, 0),
                            posix(2038, 1, 19, 3, 14, 7),   posix(2038, 1, 19, 3, 14, 8),
                            posix(2069, 12, 31, 11, 0, 59), posix(2100, 2, 28, 23, 59, 59),
                            posix(2100, 3, 1, 0, 0, 0),     posix(2199, 12, 31, 23, 59, 59),
                            posix(1900, 1, 1, 0, 0, 0)};
    (void)state;
    for (size_t f = 0; f < FORMATS; f++) {
        for (size_t i = 0; i < sizeof secs / sizeof *secs; i++) {
            struct machine machine;
            machine_init(&machine, formats[f]);
            shows(&machine, secs[i], VMCLOCK_RTC_ASSUMED_UTC);
        }
    }
}

static void century_by_the_fadt(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    machine.chip.century = machine.cmos.century = 0x37;
    machine.chip.memory[0x32] = 0x19; /* of somebody else's */
    shows(&machine, posix(2100, 1, 1, 0, 0, 0), VMCLOCK_RTC_ASSUMED_UTC);
    shows(&machine, posix(2500, 1, 1, 0, 0, 0), VMCLOCK_RTC_ASSUMED_UTC);
}

/* The first register and the last one that can be named, and the first and the last century. */
static void first_and_last_century(void **state)
{
    (void)state;
    for (size_t f = 0; f < FORMATS; f++) {
        struct machine machine;
        machine_init(&machine, formats[f]);
        machine.chip.century = machine.cmos.century = 0x0e;
        shows(&machine, posix(1900, 1, 1, 0, 0, 0), VMCLOCK_RTC_ASSUMED_UTC);
        machine.chip.century = machine.cmos.century = 0x7f;
        shows(&machine, posix(9999, 12, 31, 23, 59, 59), VMCLOCK_RTC_ASSUMED_UTC);
    }
}

/* Registers of the clock itself, and indices that there are not. */
static void no_century_by_the_fadt(void **state)
{
    static const uint8_t named[] = {0x01, 0x09, 0x0a, 0x0b, 0x0d, 0x80, 0xb2, 0xff};
    (void)state;
    for (size_t i = 0; i < sizeof named; i++) {
        struct machine machine;
        machine_init(&machine, 2);
        machine.cmos.century = named[i];
        shows(&machine, posix(2100, 1, 1, 0, 0, 0), VMCLOCK_RTC_ASSUMED_UTC);
    }
}

static void no_century(void **state)
{
    static const uint8_t other[] = {0x00, 0x18, 0x22, 0x5a, 0xff};
    (void)state;
    for (size_t i = 0; i < sizeof other; i++) {
        const uint8_t assumed = VMCLOCK_RTC_ASSUMED_UTC | VMCLOCK_RTC_ASSUMED_CENTURY;
        struct machine machine;
        machine_init(&machine, 2);
        machine.chip.century = 0;
        machine.chip.memory[0x32] = other[i];
        shows(&machine, posix(1970, 1, 1, 0, 0, 0), assumed);
        shows(&machine, posix(1999, 12, 31, 23, 59, 59), assumed);
        shows(&machine, posix(2000, 1, 1, 0, 0, 0), assumed);
        shows(&machine, posix(2069, 12, 31, 23, 59, 59), assumed);
    }
}

/* What is read is what the chip showed at some moment of the call: any fraction of the second before an
 * update of all fields, at any speed, with the CPU away at any moment for any part of a second. */
static void never_torn(void **state)
{
    static const int64_t steps_ns[] = {200, 1500, 40000};
    static const int64_t jumps_ns[] = {0, 300000, 2300000, 700000000};
    (void)state;
    unsigned crossed = 0;
    for (size_t s = 0; s < 3; s++) {
        for (size_t j = 0; j < 4; j++) {
            for (int64_t at = 1; at < 60 * steps_ns[s]; at += steps_ns[s]) {
                struct machine machine;
                struct vmclock_rtc_time time;
                const int64_t last = posix(2023, 12, 31, 23, 59, 59);
                machine_init(&machine, (uint8_t)(at % 2 ? 2 : 0));
                machine.step_ns = steps_ns[s];
                /* The update is due in the middle of the first or second read of the fields. */
                machine_set_chip(&machine, last, SEC - (at + 240000));
                machine.jump_at_ns = at;
                machine.jump_ns = jumps_ns[j];
                assert_int_equal(vmclock_cmos_get(&machine.cmos, &time), 0);
                assert_in_range(time.posix_sec, last, machine.chip.sec);
                crossed += machine.chip.sec > last;
            }
        }
    }
    assert_true(crossed > 100);
}

static void waits_for_an_update(void **state)
{
    struct machine machine;
    struct vmclock_rtc_time time;
    (void)state;
    machine_init(&machine, 2);
    machine_set_chip(&machine, START_SEC, SEC - 100000); /* UIP is set */
    assert_int_equal(vmclock_cmos_get(&machine.cmos, &time), 0);
    assert_int_equal(time.posix_sec, START_SEC + 1);
    assert_in_range(machine.ns, 100000 + 1984000, 100000 + 1984000 + 200000);
}

static uint8_t (*plain_read)(void *context, uint8_t index);
static unsigned looks_at_a;

/* The CPU was taken away after the first look at UIP, and again, until the next update was under way. */
static uint8_t twice_in_an_update(void *context, uint8_t index)
{
    const uint8_t value = plain_read(context, index);
    looks_at_a += index == 0x0a;
    if (looks_at_a <= 2 || looks_at_a > 6) /* two before any is read, and two at each try */
        return value;
    if (index == 0x0a)
        return looks_at_a % 2 ? value : value | 0x80;
    return index < 0x0a ? 0x11 : value;
}

/* What is read alike then is no time all the same. */
static void undefined_twice(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    plain_read = machine.cmos.read;
    machine.cmos.read = twice_in_an_update;
    looks_at_a = 0;
    shows(&machine, START_SEC, VMCLOCK_RTC_ASSUMED_UTC);
    assert_int_equal(looks_at_a, 2 + 4 * 2);
}

static uint8_t always_updating(void *context, uint8_t index)
{
    ++*(unsigned *)context;
    return index == 0x0a ? 0xa6 : 0x80 * (index == 0x0d);
}

static void gives_up(void **state)
{
    struct machine machine;
    struct vmclock_rtc_time time = {1, 2, 3};
    unsigned reads = 0;
    const struct vmclock_cmos stuck = {always_updating, NULL, &reads, 0};
    (void)state;
    assert_int_equal(vmclock_cmos_get(&stuck, &time), VMCLOCK_ERR_RTC_BUSY);
    assert_int_equal(reads, 5 + (1 << 20)); /* UIP, after what the clock is */
    machine_init(&machine, 2);
    machine.chip.wild = 1;
    machine_set_chip(&machine, START_SEC, 10000000);
    machine.step_ns = 1;
    assert_int_equal(vmclock_cmos_get(&machine.cmos, &time), VMCLOCK_ERR_RTC_BUSY);
    assert_int_equal(machine.chip.reads, 5 + (9 << 20)); /* with UIP before and after */
    assert_int_equal(time.posix_sec, 1);
}

static void fails(struct machine *machine, int error)
{
    struct vmclock_rtc_time time = {1, 2, 3};
    assert_int_equal(vmclock_cmos_get(&machine->cmos, &time), error);
    assert_int_equal(time.posix_sec, 1);
    assert_int_equal(time.ns, 2);
    assert_int_equal(time.assumed, 3);
}

static void no_clock(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    machine.chip.dead = 1;
    fails(&machine, VMCLOCK_ERR_RTC_ABSENT);
    assert_true(machine.chip.reads < 10);
    machine_init(&machine, 2);
    machine.chip.memory[0x0d] = 0;
    fails(&machine, VMCLOCK_ERR_RTC_INVALID);
    machine_init(&machine, 0x82);
    fails(&machine, VMCLOCK_ERR_RTC_STOPPED);
    machine_init(&machine, 2);
    machine.chip.memory[0x0a] = 0x66;
    fails(&machine, VMCLOCK_ERR_RTC_STOPPED);
    machine_init(&machine, 2);
    assert_int_equal(vmclock_cmos_get(NULL, &(struct vmclock_rtc_time){0}), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_cmos_get(&machine.cmos, NULL), VMCLOCK_ERR_ARGUMENT);
    machine.cmos.read = NULL;
    fails(&machine, VMCLOCK_ERR_ARGUMENT);
}

static void no_date(void **state)
{
    static const struct {
        uint8_t format, index, value;
    } wrong[] = {{2, 0, 0x60},    {2, 0, 0x5a}, {2, 0, 0xff},    {6, 0, 60},      {2, 2, 0x60},
                 {2, 2, 0xa0},    {6, 2, 60},   {2, 4, 0x24},    {2, 4, 0x1a},    {6, 4, 24},
                 {2, 4, 0x81},    {0, 4, 0x00}, {0, 4, 0x13},    {0, 4, 0x80},    {4, 4, 13},
                 {4, 4, 0x80},    {4, 4, 0x8d}, {2, 7, 0x00},    {2, 7, 0x32},    {6, 7, 0},
                 {6, 7, 32},      {2, 8, 0x00}, {2, 8, 0x13},    {6, 8, 13},      {2, 9, 0xa0},
                 {6, 9, 100},     {6, 9, 0xff}, {2, 0x37, 0x18}, {2, 0x37, 0x00}, {2, 0x37, 0xff},
                 {6, 0x37, 0x64}, {6, 0x37, 18}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct machine machine;
        machine_init(&machine, wrong[i].format);
        machine.chip.century = machine.cmos.century = 0x37;
        shows(&machine, START_SEC, VMCLOCK_RTC_ASSUMED_UTC);
        machine.chip.memory[wrong[i].index] = wrong[i].value;
        fails(&machine, VMCLOCK_ERR_RTC_INVALID);
    }
}

/* As the first read finds them, too, they are read twice. */
static void nothing_but_zeros(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine, 6);
    machine.chip.century = 0;
    machine.chip.memory[0x32] = 0xff;
    machine_set_chip(&machine, START_SEC, SEC / 2);
    for (size_t i = 0; i < 10; i++)
        machine.chip.memory[i] = 0;
    fails(&machine, VMCLOCK_ERR_RTC_INVALID);
    assert_int_equal(machine.chip.reads, 5 + 2 * 8); /* each with its two looks at UIP */
}

static void no_such_day(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    shows(&machine, posix(2100, 2, 28, 0, 0, 0), VMCLOCK_RTC_ASSUMED_UTC);
    machine.chip.memory[7] = 0x29;
    fails(&machine, VMCLOCK_ERR_RTC_INVALID);
    shows(&machine, posix(2000, 2, 28, 0, 0, 0), VMCLOCK_RTC_ASSUMED_UTC);
    machine.chip.memory[7] = 0x30;
    fails(&machine, VMCLOCK_ERR_RTC_INVALID);
}

/* Not even where UTC had one: the clock knows none. */
static void no_leap_second(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    shows(&machine, posix(2016, 12, 31, 23, 59, 59), VMCLOCK_RTC_ASSUMED_UTC);
    machine.chip.memory[0] = 0x60;
    fails(&machine, VMCLOCK_ERR_RTC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hour_in_every_format),
        cmocka_unit_test(dates),
        cmocka_unit_test(century_by_the_fadt),
        cmocka_unit_test(first_and_last_century),
        cmocka_unit_test(no_century_by_the_fadt),
        cmocka_unit_test(no_century),
        cmocka_unit_test(never_torn),
        cmocka_unit_test(waits_for_an_update),
        cmocka_unit_test(undefined_twice),
        cmocka_unit_test(gives_up),
        cmocka_unit_test(no_clock),
        cmocka_unit_test(no_date),
        cmocka_unit_test(nothing_but_zeros),
        cmocka_unit_test(no_such_day),
        cmocka_unit_test(no_leap_second),
    };
    return cmocka_run_group_tests_name("cmos", tests, NULL, NULL);
}
