/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a guest's counter went on lies in the bracket, whatever QEMU, the host's clock and its rate do; and
 * each thing that is taken off it is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/relation/bracket.h"

#define NS_PER_SEC INT64_C(1000000000)
#define TICKS_A_NS 2
#define EPOCH_NS (INT64_C(1782864000) * NS_PER_SEC)
#define CALL_NS 100 /* that reading a clock takes */

/* What happens, in true ns. */
static struct {
    int64_t now_ns, realtime_ahead_ns;
    int64_t wakes_ns;   /* from cont to the stamp */
    int64_t starts_ns;  /* from there until the counter counts */
    int64_t answers_ns; /* from there until the answer */
    int64_t step_ns;    /* the host's clock is set right before the stamp */
    int64_t stamp_ahead_ns;
    bool stamped, resumed, stopped; /* by whom it may be */
    int drain_error, continue_error;
    uint64_t zero_ticks;
} world;
__extension__ typedef unsigned __int128 uint128;
static struct machine machine;

static uint64_t ticks(void)
{
    return (uint64_t)world.now_ns * TICKS_A_NS;
}

uint64_t host_ticks(enum host_counter counter)
{
    assert_int_equal(counter, HOST_COUNTER_CPU);
    world.now_ns += CALL_NS;
    return ticks();
}

void host_sample(enum host_counter counter, struct host_sample *sample)
{
    sample->before_ticks = host_ticks(counter);
    world.now_ns += CALL_NS;
    sample->realtime_ns = EPOCH_NS + world.now_ns + world.realtime_ahead_ns;
    sample->monotonic_ns = world.now_ns;
    sample->after_ticks = host_ticks(counter);
}

uint64_t host_ticks_floor(const struct host_rate *rate, uint64_t ns)
{
    return (uint64_t)((uint128)ns * rate->ticks / rate->ns);
}

uint64_t host_ns_ceil(const struct host_rate *rate, uint64_t count)
{
    return (uint64_t)(((uint128)count * rate->ns + rate->ticks - 1) / rate->ticks);
}

int qmp_drain(struct qmp *qmp)
{
    assert_ptr_equal(qmp, &machine.qmp);
    world.now_ns += 1000;
    machine.resumed = world.resumed;
    return world.drain_error;
}

int machine_continue(struct machine *which)
{
    assert_ptr_equal(which, &machine);
    world.now_ns += world.wakes_ns;
    world.realtime_ahead_ns += world.step_ns;
    if (world.stamped)
        machine.resumed_unix_us =
            (EPOCH_NS + world.now_ns + world.realtime_ahead_ns + world.stamp_ahead_ns) / 1000;
    world.now_ns += world.starts_ns;
    world.zero_ticks = ticks();
    world.now_ns += world.answers_ns;
    machine.qmp.on_received(machine.qmp.received_context);
    world.now_ns += 3000000; /* it is taken apart */
    machine.stopped = world.stopped;
    return world.continue_error;
}

int failure(const char *name, const char *format, ...)
{
    assert_non_null(format);
    assert_string_equal(name, "qmp");
    return -1;
}

static int start(void **state)
{
    (void)state;
    memset(&world, 0, sizeof(world));
    memset(&machine, 0, sizeof(machine));
    world.now_ns = 5 * NS_PER_SEC + 500; /* a stamp is rounded down by half a us */
    world.wakes_ns = 10000000;
    world.answers_ns = 40000;
    world.stamped = true;
    return 0;
}

/* Returns the bracket's width in ns; the truth lies in it. rate_ppb: the rate is measured so much too high. */
static int64_t bracket_ns(int64_t rate_ppb)
{
    const struct host_rate rate = {(uint64_t)(TICKS_A_NS * (NS_PER_SEC + rate_ppb)),
                                   (uint64_t)NS_PER_SEC, 0};
    struct counter_relation relation = {.host_ticks_a_tick = 7};

    assert_int_equal(bracket_start(&machine, HOST_COUNTER_CPU, &rate, &relation), 0);
    assert_true(relation.zero_earliest_ticks <= world.zero_ticks);
    assert_true(relation.zero_latest_ticks >= world.zero_ticks);
    assert_int_equal(relation.host_ticks_a_tick, 7);
    assert_null(machine.qmp.on_received);
    return (int64_t)(relation.zero_latest_ticks - relation.zero_earliest_ticks) / TICKS_A_NS;
}

/* Up to the answer's arrival; and from the stamp on, less a thousandth, a us, and what reading clocks takes. */
static void by_the_stamp(void **state)
{
    (void)state;
    assert_int_equal(bracket_ns(0), 40000 + 10000 + 1000 + 1100); /* half a us of the stamp */
    start(state);
    world.stamped = false;
    assert_int_equal(bracket_ns(0), 10041100);
}

static void rate_that_is_wrong(void **state)
{
    (void)state;
    assert_int_equal(bracket_ns(900000), 43110);
    start(state);
    assert_int_equal(bracket_ns(-900000), 61090);
}

/* By up to a microsecond nobody notices: it may be a slewed clock. By more the stamp means nothing. */
static void clock_that_is_set(void **state)
{
    static const struct {
        int64_t step_ns, least_ns, most_ns;
    } cases[] = {{1000, 40000, 42000},    {-1000, 40000, 45000},   {1001, 140000, 145000},
                 {-1001, 140000, 145000}, {50000, 140000, 145000}, {-50000, 140000, 145000}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int64_t part_ns = 0; part_ns < 1000; part_ns += 10) { /* of the us that is stamped */
            start(state);
            world.now_ns += part_ns;
            world.wakes_ns = 100000;
            world.step_ns = cases[i].step_ns;
            assert_in_range(bracket_ns(0), cases[i].least_ns, cases[i].most_ns);
        }
    }
}

/* A stamp that is later than what came after it, or so soon that nothing is left of the time. */
static void stamp_that_cannot_be(void **state)
{
    (void)state;
    world.stamp_ahead_ns = 5000000;
    assert_in_range(bracket_ns(0), 10040000, 10044000);
    start(state);
    world.wakes_ns = 0;
    assert_in_range(bracket_ns(0), 40000, 44000);
    start(state);
    world.stamp_ahead_ns = 2000000; /* before the end of all, but beyond the answer */
    assert_in_range(bracket_ns(0), 10040000, 10044000);
}

static int result(void)
{
    const struct host_rate rate = {TICKS_A_NS * 1000000000u, (uint64_t)NS_PER_SEC, 0};
    struct counter_relation relation = {0};

    return bracket_start(&machine, HOST_COUNTER_CPU, &rate, &relation);
}

static void somebody_else(void **state)
{
    (void)state;
    assert_int_equal(result(), 0);
    world.stamped = false; /* what was stamped the time before means nothing */
    assert_int_equal(result(), 0);
    world.resumed = true;
    assert_int_equal(result(), 1);
    start(state);
    world.stopped = true;
    assert_int_equal(result(), 1);
    start(state);
    world.stamp_ahead_ns = -20000000; /* it ran before cont was sent */
    assert_int_equal(result(), 1);
    start(state);
    world.drain_error = -1;
    assert_int_equal(result(), -1);
    start(state);
    world.continue_error = -1;
    assert_int_equal(result(), -1);
}

/* The longer it is tried the wider it may be. */
static void good_enough(void **state)
{
    static const struct {
        int64_t elapsed_ms;
        uint64_t ns;
    } limits[] = {{0, 200000},    {250, 200000},    {251, 600000},     {501, 1800000},
                  {751, 5400000}, {1001, 16200000}, {1250, UINT32_MAX}};
    const struct host_rate rate = {TICKS_A_NS * 1000000000u, (uint64_t)NS_PER_SEC, 0};

    (void)state;
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct counter_relation relation = {.zero_earliest_ticks = 5000};

        relation.zero_latest_ticks = 5000 + limits[i].ns * TICKS_A_NS;
        assert_true(bracket_good_enough(&relation, &rate, limits[i].elapsed_ms * 1000000));
        relation.zero_latest_ticks++;
        assert_int_equal(bracket_good_enough(&relation, &rate, limits[i].elapsed_ms * 1000000),
                         limits[i].elapsed_ms >= 1250);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(by_the_stamp, start),
        cmocka_unit_test_setup(rate_that_is_wrong, start),
        cmocka_unit_test_setup(clock_that_is_set, start),
        cmocka_unit_test_setup(stamp_that_cannot_be, start),
        cmocka_unit_test_setup(somebody_else, start),
        cmocka_unit_test_setup(good_enough, start),
    };

    return cmocka_run_group_tests_name("publish-bracket", tests, NULL, NULL);
}
