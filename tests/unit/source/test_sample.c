/* SPDX-License-Identifier: BSD-2-Clause */
/* Samples: when the clock stood at what it said, at once and at the edge of a second. */
#include "machine.h"

/* The chip's time at a moment before now; it has run since. */
static int64_t chip_ns_at(const struct machine *machine, uint64_t counter)
{
    const struct chip *chip = &machine->chip;
    return (chip->sec + 1) * SEC - chip->next_ns + (int64_t)counter;
}

static int64_t ns_of(const struct vmclock_time *time)
{
    int64_t ns;
    assert_int_equal(vmclock_time_to_ns_floor(time, &ns), 0);
    return ns;
}

/* As no sample is: what is not written shows. */
static struct vmclock_sample unwritten(void)
{
    struct vmclock_sample sample;
    memset(&sample, 0xa5, sizeof sample);
    return sample;
}

/* At some moment from counter_before to counter_after the clock stood in [earliest, latest]. */
static void contains(const struct machine *machine, const struct vmclock_sample *sample)
{
    assert_true(sample->counter_before < sample->counter_after);
    assert_true(sample->counter_after <= (uint64_t)machine->ns);
    assert_true(chip_ns_at(machine, sample->counter_before) <= ns_of(&sample->latest));
    assert_true(chip_ns_at(machine, sample->counter_after) >= ns_of(&sample->earliest));
    assert_int_equal(sample->disruption_marker, 7);
    assert_int_equal(sample->counter_id, VMCLOCK_COUNTER_ID_X86_TSC);
}

static void at_once(void **state)
{
    (void)state;
    for (int64_t start = 0; start < SEC; start += 37000000) {
        struct vmclock_sample sample = unwritten();
        struct machine machine;
        machine_init(&machine, 2);
        machine_pass(&machine, start);
        assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, VMCLOCK_RTC_NOW, &sample),
                         0);
        contains(&machine, &sample);
        assert_int_equal(ns_of(&sample.latest) - ns_of(&sample.earliest), SEC);
        assert_true(machine.ns - start < 3 * SEC / 1000);
    }
}

static void at_the_edge(void **state)
{
    (void)state;
    for (int64_t start = 0; start < SEC; start += 37000000) {
        struct vmclock_sample sample = unwritten();
        struct machine machine;
        machine_init(&machine, 2);
        machine_pass(&machine, start);
        assert_int_equal(
            vmclock_cmos_sample(&machine.clk, &machine.cmos, VMCLOCK_RTC_EDGE, &sample), 0);
        contains(&machine, &sample);
        assert_int_equal(ns_of(&sample.latest), ns_of(&sample.earliest));
        assert_true(sample.counter_after - sample.counter_before < 3000000);
        assert_true(machine.ns - start < SEC + 5 * SEC / 1000);
    }
}

/* The CPU is away for longer than a second: that edge is no edge, the next one is. */
static void away(void **state)
{
    (void)state;
    for (int64_t jump = 300000000; jump < 4 * SEC; jump += 510000000) {
        struct vmclock_sample sample;
        struct machine machine;
        machine_init(&machine, 2);
        machine.jump_at_ns = 400000000;
        machine.jump_ns = jump;
        assert_int_equal(
            vmclock_cmos_sample(&machine.clk, &machine.cmos, VMCLOCK_RTC_EDGE, &sample), 0);
        contains(&machine, &sample);
        assert_true(sample.counter_after - sample.counter_before < (uint64_t)(2 * SEC));
    }
}

static void pl031(void **state)
{
    struct vmclock_rtc_time time = {1, 2, 3};
    struct vmclock_sample sample;
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    machine_pass(&machine, 300000000);
    assert_int_equal(vmclock_pl031_get(machine.pl031, &time), 0);
    assert_int_equal(time.posix_sec, START_SEC);
    assert_int_equal(time.ns, 0);
    assert_int_equal(time.assumed, VMCLOCK_RTC_ASSUMED_UTC);
    assert_int_equal(vmclock_pl031_sample(&machine.clk, machine.pl031, VMCLOCK_RTC_NOW, &sample),
                     0);
    contains(&machine, &sample);
    assert_int_equal(ns_of(&sample.latest), (START_SEC + 1) * SEC);
    assert_int_equal(vmclock_pl031_sample(&machine.clk, machine.pl031, VMCLOCK_RTC_EDGE, &sample),
                     0);
    contains(&machine, &sample);
    assert_int_equal(ns_of(&sample.latest), ns_of(&sample.earliest));
    machine.pl031[0] = 0xffffffff; /* 2106 */
    assert_int_equal(vmclock_pl031_get(machine.pl031, &time), 0);
    assert_int_equal(time.posix_sec, INT64_C(4294967295));
    machine.pl031[3] = 0;
    assert_int_equal(vmclock_pl031_get(machine.pl031, &time), VMCLOCK_ERR_RTC_STOPPED);
    machine.pl031[0xfe4 / 4] = 0x11; /* a PL131 */
    assert_int_equal(vmclock_pl031_get(machine.pl031, &time), VMCLOCK_ERR_RTC_ABSENT);
    assert_int_equal(vmclock_pl031_get(NULL, &time), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_pl031_get(machine.pl031, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(time.posix_sec, INT64_C(4294967295));
}

/* A clock that stands still, on a CPU whose frequency nobody knows: the polls bound the wait. */
static void stopped(void **state)
{
    struct vmclock_sample sample = {.counter_id = 9};
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    machine.chip.rate_ns = INT64_C(1000000000) * SEC;
    machine.step_ns = 1;
    machine_set_chip(&machine, START_SEC, 10000000);
    assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, VMCLOCK_RTC_EDGE, &sample),
                     VMCLOCK_ERR_RTC_STOPPED);
    assert_int_equal(sample.counter_id, 9);
}

static struct machine *disrupted;
static uint8_t (*plain_read)(void *context, uint8_t index);

static uint8_t read_and_disrupt(void *context, uint8_t index)
{
    if (disrupted->ns > SEC / 2) {
        machine_put(disrupted, 0x10, 8, 8);
    }
    return plain_read(context, index);
}

static void disruption(void **state)
{
    struct vmclock_sample sample;
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    disrupted = &machine;
    plain_read = machine.cmos.read;
    machine.cmos.read = read_and_disrupt;
    assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, VMCLOCK_RTC_EDGE, &sample),
                     VMCLOCK_ERR_DISRUPTED);
}

static unsigned counter_reads;
static uint64_t (*plain_counter)(void *context);

static uint64_t count_and_disrupt(void *context)
{
    if (++counter_reads == 4) { /* where the second answer ends */
        machine_put(disrupted, 0x10, 8, 8);
    }
    return plain_counter(context);
}

/* The marker changes between two answers, of which each has one. */
static void disruption_in_between(void **state)
{
    struct vmclock_sample sample = {.counter_id = 9};
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    disrupted = &machine;
    counter_reads = 0;
    plain_counter = machine.clk.counter.read;
    machine.clk.counter.read = count_and_disrupt;
    assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, VMCLOCK_RTC_EDGE, &sample),
                     VMCLOCK_ERR_DISRUPTED);
    assert_int_equal(counter_reads, 6);
    assert_int_equal(sample.counter_id, 9);
}

/* A page that is being written: the clock is not even asked. */
static void page_in_the_way(void **state)
{
    for (int moment = VMCLOCK_RTC_NOW; moment <= VMCLOCK_RTC_EDGE; moment++) {
        struct vmclock_sample sample = {.counter_id = 9};
        struct machine machine;
        (void)state;
        machine_init(&machine, 2);
        machine.clk.max_tries = 3;
        machine_put(&machine, 0x0c, 4, 1);
        assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, moment, &sample),
                         VMCLOCK_ERR_BUSY);
        assert_int_equal(machine.chip.reads, 0);
        assert_int_equal(sample.counter_id, 9);
    }
}

static void arguments(void **state)
{
    struct vmclock_sample sample;
    struct machine machine;
    (void)state;
    machine_init(&machine, 2);
    assert_int_equal(vmclock_cmos_sample(NULL, &machine.cmos, 0, &sample), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_cmos_sample(&machine.clk, NULL, 0, &sample), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, 0, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, 2, &sample),
                     VMCLOCK_ERR_ARGUMENT);
    machine.chip.dead = 1;
    assert_int_equal(vmclock_cmos_sample(&machine.clk, &machine.cmos, 1, &sample),
                     VMCLOCK_ERR_RTC_ABSENT);
}

static void what_it_says_of_itself(void **state)
{
    struct vmclock_time_source source;
    (void)state;
    vmclock_rtc_source(VMCLOCK_BOUND_BY_CMOS, &source);
    assert_int_equal(source.ahead_ns, SEC);
    assert_int_equal(source.behind_ns, SEC);
    assert_int_equal(source.bound_by, VMCLOCK_BOUND_BY_CMOS);
    assert_int_equal(source.time_type, VMCLOCK_TIME_TYPE_UTC);
    assert_int_equal(source.clock_status, VMCLOCK_CLOCK_STATUS_FREERUNNING);
    assert_int_equal(source.rate_ppb, VMCLOCK_RTC_RATE_PPB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_once),
        cmocka_unit_test(at_the_edge),
        cmocka_unit_test(away),
        cmocka_unit_test(pl031),
        cmocka_unit_test(stopped),
        cmocka_unit_test(disruption),
        cmocka_unit_test(disruption_in_between),
        cmocka_unit_test(page_in_the_way),
        cmocka_unit_test(arguments),
        cmocka_unit_test(what_it_says_of_itself),
    };
    return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
