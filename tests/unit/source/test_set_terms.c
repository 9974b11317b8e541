/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far a clock is off by vmclock_set_*: true with its error, of which each term is needed: what the page
 * may be wrong by, and how long the moment took at which the clock was read back.
 */
#include "machine.h"

/* The chip's time, to the ns, less the true one. */
static int64_t chip_ahead_ns(const struct machine *machine)
{
    const struct chip *chip = &machine->chip;
    return chip->sec * SEC + (chip->rate_ns - (chip->next_ns - machine->ns)) -
           (START_SEC * SEC + machine->ns);
}

/* By how much what is said of the clock is wrong, with the error that is said: it is no more. */
static int64_t wrong_by_ns(struct machine *machine, int64_t *error_ns)
{
    const struct vmclock_set set = {&machine->clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};
    struct vmclock_set_result result;
    machine_set_chip(machine, START_SEC - 1000, 300000000);
    assert_int_equal(vmclock_set_cmos(&set, &machine->cmos, &result), 0);
    const int64_t wrong_ns = result.ahead_ns - chip_ahead_ns(machine);
    *error_ns = result.error_ns;
    assert_in_range(wrong_ns + result.error_ns, 0, 2 * result.error_ns);
    return wrong_ns < 0 ? -wrong_ns : wrong_ns;
}

/* A page that is wrong by nearly as much as it says. */
static void the_page(void **state)
{
    (void)state;
    for (int64_t off_ns = -80000000; off_ns <= 80000000; off_ns += 160000000) {
        struct machine machine;
        int64_t error_ns;
        machine_init(&machine, 2);
        machine.step_ns = 10000;
        machine_put(&machine, 0x48, 8, (uint64_t)(START_SEC - (off_ns < 0)));
        machine_put(&machine, 0x50, 8,
                    (uint64_t)(off_ns < 0 ? SEC + off_ns : off_ns) * (UINT64_MAX / 1000000000));
        machine_put(&machine, 0x60, 8, 81000000);
        const int64_t wrong_ns = wrong_by_ns(&machine, &error_ns);
        assert_in_range(wrong_ns, 70000000, 90000000); /* more than the reading took */
        assert_in_range(error_ns, 81000000, 90000000);
    }
}

/* A page that is right to the ns, and a chip whose registers are slow. */
static void the_moment(void **state)
{
    int64_t most_ns = 0, error_ns;
    (void)state;
    for (int64_t start_ns = 0; start_ns < 20000000; start_ns += 1300000) {
        struct machine machine;
        machine_init(&machine, 2);
        machine.step_ns = 700000;
        machine_put(&machine, 0x60, 8, 0);
        machine_pass(&machine, start_ns);
        const int64_t wrong_ns = wrong_by_ns(&machine, &error_ns);
        most_ns = wrong_ns > most_ns ? wrong_ns : most_ns;
    }
    assert_in_range(most_ns, error_ns / 4, error_ns);
}

/* Of a page that says so many ns: one that is to be no wider than max_ns, and never than half a second. */
static void the_widest(void **state)
{
    static const struct {
        uint64_t max_ns, page_ns;
        int error;
    } cases[] = {
        {1000000, 999000, 0},
        {1000000, 1000001, VMCLOCK_ERR_BOUND},
        {499999999, 499999000, 0},
        {499999999, 499999999, VMCLOCK_ERR_BOUND}, /* and the last digit of its time */
        {500000000, 499999999, 0},
        {500000000, 500000000, VMCLOCK_ERR_BOUND},
        {UINT64_MAX, 499999999, 0},
        {UINT64_MAX, 500000000, VMCLOCK_ERR_BOUND},
        {UINT64_MAX, 500000001, VMCLOCK_ERR_BOUND},
        {0, 1, VMCLOCK_ERR_BOUND},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct machine machine;
        struct vmclock_set_result result;
        machine_init(&machine, 2);
        machine.step_ns = 10000;
        machine_put(&machine, 0x60, 8, cases[i].page_ns);
        const struct vmclock_set set = {&machine.clk, NULL, cases[i].max_ns,
                                        VMCLOCK_SET_READINGS_DEFAULT};
        machine_set_chip(&machine, START_SEC - 1000, 300000000);
        if (vmclock_set_cmos(&set, &machine.cmos, &result) != cases[i].error)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page),
        cmocka_unit_test(the_moment),
        cmocka_unit_test(the_widest),
    };
    return cmocka_run_group_tests_name("source.set_terms", tests, NULL, NULL);
}
