/* SPDX-License-Identifier: BSD-2-Clause */
/* The first and the last dates that each clock can be set to, and who is there at all. */
#include "machine.h"

#define DAY INT64_C(86400)
#define END_OF_1969 (-1)
#define END_OF_2069 INT64_C(3155759999)
#define END_OF_2199 INT64_C(7258118399)
#define END_OF_9999 INT64_C(253402300799)

enum clock { WITHOUT_CENTURY, CENTURY_BY_CUSTOM, CENTURY_BY_FADT, PL031 };

/* The page says posix_sec, and stays in that second's minute. */
static int set_at(enum clock clock, struct machine *machine, int64_t posix_sec)
{
    const struct vmclock_set set = {&machine->clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};
    struct vmclock_set_result result;

    machine_init(machine, 2);
    machine->step_ns = 10000;
    machine_set_chip(machine, START_SEC, 0);
    if (clock == WITHOUT_CENTURY) {
        machine->chip.century = 0;
        machine->chip.memory[0x32] = 0xff;
    } else if (clock == CENTURY_BY_FADT) {
        machine->chip.century = machine->cmos.century = 0x37;
    }
    /* Before 1970 only a reading goes that is earlier than the page's reference point. */
    machine_put(machine, 0x48, 8, posix_sec < 0 ? 0 : (uint64_t)posix_sec);
    machine_put(machine, 0x28, 8, posix_sec < 0 ? (uint64_t)(-posix_sec * SEC) : 0);
    return clock == PL031 ? vmclock_set_pl031(&set, machine->pl031, &result)
                          : vmclock_set_cmos(&set, &machine->cmos, &result);
}

static void dates(void **state)
{
    static const struct {
        enum clock clock;
        int64_t posix_sec;
        int error;
    } cases[] = {
        {WITHOUT_CENTURY, END_OF_1969 - DAY, VMCLOCK_ERR_RANGE},
        {WITHOUT_CENTURY, END_OF_1969 + 1, 0},
        {WITHOUT_CENTURY, END_OF_2069 - 60, 0},
        {WITHOUT_CENTURY, END_OF_2069 + 1, VMCLOCK_ERR_RANGE},
        {CENTURY_BY_CUSTOM, END_OF_1969 - DAY, 0},
        {CENTURY_BY_CUSTOM, END_OF_2199 - 60, 0},
        {CENTURY_BY_CUSTOM, END_OF_2199 + 1, VMCLOCK_ERR_RANGE},
        {CENTURY_BY_FADT, END_OF_1969 - DAY, 0},
        {CENTURY_BY_FADT, END_OF_2199 + 1, 0},
        {CENTURY_BY_FADT, END_OF_9999 - 60, 0},
        {CENTURY_BY_FADT, END_OF_9999 + 1, VMCLOCK_ERR_RANGE},
        {PL031, END_OF_1969 - DAY, VMCLOCK_ERR_RANGE},
        {PL031, END_OF_1969 + 1, 0},
        {PL031, INT64_C(0xffffffff) - 60, 0},
        {PL031, INT64_C(0xffffffff) + 1, VMCLOCK_ERR_RANGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct machine machine;
        const int error = set_at(cases[i].clock, &machine, cases[i].posix_sec);
        const int64_t shown_sec = cases[i].clock == PL031 ? machine.pl031[0] : machine.chip.sec;

        if (error != cases[i].error)
            fail_msg("case %zu: %d", i, error);
        if (!error && (shown_sec < cases[i].posix_sec || shown_sec > cases[i].posix_sec + 5))
            fail_msg("case %zu: shows %lld", i, (long long)shown_sec);
        if (error)
            assert_int_equal(machine.chip.writes + machine.pl031_sets, 0);
    }
}

/* The page says posix_sec a little after the PL031's next second begins, when it is set. */
static int set_pl031_in(struct machine *machine, int64_t posix_sec,
                        struct vmclock_set_result *result)
{
    const struct vmclock_set set = {&machine->clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};

    machine_init(machine, 2);
    machine->step_ns = 10000;
    machine_pass(machine, SEC / 2);
    machine_put(machine, 0x28, 8, SEC - SEC / 5);
    machine_put(machine, 0x48, 8, (uint64_t)posix_sec);
    return vmclock_set_pl031(&set, machine->pl031, result);
}

/* All that its register holds: the last one has no successor that it could show. */
static void pl031_first_and_last_second(void **state)
{
    struct vmclock_set_result result;
    struct machine machine;

    (void)state;
    /* The model does not see a 0 that is written, so that it takes one more attempt. */
    assert_int_equal(set_pl031_in(&machine, 0, &result), 0);
    assert_int_equal(set_pl031_in(&machine, UINT32_MAX, &result), VMCLOCK_ERR_RANGE);
    assert_int_equal(machine.pl031_sets, 1);
    assert_int_equal(set_pl031_in(&machine, UINT32_MAX + INT64_C(1), &result), VMCLOCK_ERR_RANGE);
    assert_int_equal(machine.pl031_sets, 0);
}

/* Nothing answers with FFh wherever it is asked; a chip may in some of its registers. */
static void cmos_identity(void **state)
{
    (void)state;
    for (unsigned all_ones = 0; all_ones < 7; all_ones++) {
        struct vmclock_rtc_time time;
        struct machine machine;

        machine_init(&machine, 2);
        if (all_ones & 1)
            machine.chip.memory[0x0a] = 0xff;
        if (all_ones & 2)
            machine.chip.memory[0x0b] = 0xff;
        if (all_ones & 4)
            machine.chip.memory[0x0d] = 0xff;
        assert_int_equal(vmclock_cmos_get(&machine.cmos, &time),
                         all_ones & 3 ? VMCLOCK_ERR_RTC_STOPPED : 0);
    }
}

/* Of the part number and the designer each bit counts, of the revision and the reserved bits none. */
static void pl031_identity(void **state)
{
    static const size_t places[] = {0xfe0 / 4, 0xfe4 / 4};
    struct vmclock_rtc_time time;
    struct machine machine;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            machine_init(&machine, 2);
            machine_pass(&machine, SEC);
            machine.pl031[places[i]] ^= UINT32_C(1) << bit;
            assert_int_equal(vmclock_pl031_get(machine.pl031, &time),
                             bit < 8 ? VMCLOCK_ERR_RTC_ABSENT : 0);
        }
    }
    for (unsigned bit = 1; bit < 32; bit++) {
        machine.pl031[3] = UINT32_C(1) << bit;
        assert_int_equal(vmclock_pl031_get(machine.pl031, &time), VMCLOCK_ERR_RTC_STOPPED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),
        cmocka_unit_test(pl031_first_and_last_second),
        cmocka_unit_test(cmos_identity),
        cmocka_unit_test(pl031_identity),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
