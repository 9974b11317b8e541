/* SPDX-License-Identifier: BSD-2-Clause */
/* The publisher's view of this host's clocks while they are set, slewed, stopped or jump. */
#include <stdlib.h>
#include <vmclock/abi.h>
#include "host.h"

static struct clocks clocks;

#define CPU (&clocks.lines[HOST_COUNTER_CPU])
#define RAN_APART "host-counter and clock ran apart: measured anew\n"

/* Of both counters, sampled once. */
static int start(void **state)
{
    (void)state;
    host_start();
    clocks_init(&clocks, 0);
    clocks.leaps.list.expires_unix_sec = 0; /* this machine's list is not the test's */
    assert_int_equal(clocks_use(&clocks, HOST_COUNTER_CPU), 0);
    assert_int_equal(clocks_use(&clocks, HOST_COUNTER_MONOTONIC), 0);
    assert_false(clocks.measuring); /* others' exchanges may go on */
    assert_int_equal(clocks_sample(&clocks), 0);
    assert_string_equal(host.said, "");
    return 0;
}

/* Time passes, and all is sampled: what is said then, from here on. */
static const char *said_after(int64_t ns)
{
    host.said[0] = 0;
    host_pass(ns);
    assert_int_equal(clocks_sample(&clocks), 0);
    assert_false(clocks.sampling);
    return host.said;
}

/* Ticks a second by the measured rate. */
static int64_t frequency(const struct clock_line *line)
{
    return (int64_t)host_ticks_floor(&line->rate, (uint64_t)SEC);
}

static void assert_near(int64_t value, int64_t expected, int64_t most)
{
    assert_in_range(value - expected + most, 0, 2 * most);
}

/* 20 ms, in which others are attended to, are enough; a second call measures nothing. */
static void first_rate(void **state)
{
    int64_t began_ns;
    unsigned reads;

    (void)state;
    host_start();
    clocks_init(&clocks, 0);
    assert_int_equal(clocks_use(&clocks, HOST_COUNTER_CPU), 0);
    assert_int_equal(clocks_use(&clocks, HOST_COUNTER_MONOTONIC), 0);
    began_ns = host.now_ns;
    reads = host.reads;
    assert_near(frequency(CPU), 2 * SEC, 100);
    assert_int_equal(frequency(&clocks.lines[HOST_COUNTER_MONOTONIC]), SEC);
    /* Windows of 3 readings at each end, 300 ticks each, in 20 ms: 15 ppm. */
    assert_in_range(CPU->rate.error_ppb, 10000, 16000);
    assert_true(CPU->rate.ns >= 20 * MS && CPU->rate.ns < 23 * MS);
    assert_int_equal(clocks_use(&clocks, HOST_COUNTER_CPU), 0);
    assert_int_equal(host.reads, reads);
    assert_int_equal(host.now_ns, began_ns);
}

/* From then on since a sample that is 1 to 2 s old: the error falls with the baseline. */
static void rate_over_time(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_string_equal(said_after(100 * MS), "");
        assert_near(frequency(CPU), 2 * SEC, 100);
        if (i > 25)
            assert_true(CPU->rate.ns >= SEC && CPU->rate.ns < 2 * SEC + 200 * MS);
    }
    assert_in_range(CPU->rate.error_ppb, 100, 350);
    assert_int_equal(CPU->breaks, 0);
    host.ticks_ppm = 50; /* warmer: followed within two seconds, not averaged for good */
    host.ticks -= 2 * (uint64_t)(host.now_ns / 20000);
    for (int i = 0; i < 40; i++)
        assert_string_equal(said_after(100 * MS), "");
    assert_near(frequency(CPU), 2 * SEC + 100000, 500);
}

/* A sample right behind the last: from so little nothing is learnt. */
static void no_rate_from_nothing(void **state)
{
    (void)state;
    host.ticks += 1000; /* 500 ns too many, on some us: a rate of nonsense */
    assert_string_equal(said_after(1000), "");
    assert_near(frequency(CPU), 2 * SEC, 70000);
    assert_true(CPU->rate.ns >= 20 * MS);
}

static unsigned slow_until;

/* A hypervisor in between, but for one of the samples. */
static void slowly(void)
{
    host.read_ns = host.reads < slow_until || host.reads >= slow_until + 4 ? 30000 : 50;
}

static void narrowest_sample(void **state)
{
    (void)state;
    for (unsigned narrow = 0; narrow < 8; narrow++) {
        struct host_sample sample;

        slow_until = host.reads + 4 * narrow + 1;
        host.on_read = slowly;
        host_sample(HOST_COUNTER_CPU, &sample);
        host.on_read = NULL;
        host.read_ns = 50;
        assert_int_equal(sample.after_ticks - sample.before_ticks, 300);
    }
}

static void stepped(int64_t by_ns)
{
    char *end;

    host.realtime_ns += by_ns;
    assert_memory_equal(said_after(100 * MS), "host-clock stepped_ns=", 22);
    assert_near(strtoll(host.said + 22, &end, 10), by_ns, 200);
    assert_string_equal(end, "\n"); /* once, of two lines */
    assert_string_equal(said_after(100 * MS), "");
}

/* CLOCK_REALTIME is set: said once, no matter to counter or rate, and no disruption. */
static void clock_set(void **state)
{
    static const int64_t steps_ns[] = {2 * SEC, -2 * SEC, 300000, -300000, 86400 * SEC};

    (void)state;
    for (size_t i = 0; i < sizeof(steps_ns) / sizeof(steps_ns[0]); i++)
        stepped(steps_ns[i]);
    assert_near(frequency(CPU), 2 * SEC, 100);
    assert_int_equal(CPU->breaks, 0);
    assert_int_equal(clocks.lines[HOST_COUNTER_MONOTONIC].breaks, 0);
    assert_true(CPU->last.realtime_ns > host.realtime_ns);
}

/* What the bound has room for is no step: 500 ppm, twice, and 100 us. */
static void clock_slewed(void **state)
{
    (void)state;
    host.realtime_ns += 190000;
    assert_string_equal(said_after(100 * MS), "");
    host.realtime_ns -= 190000;
    assert_string_equal(said_after(100 * MS), "");
    host.realtime_ns += 1090000;
    assert_string_equal(said_after(SEC), "");
}

/* The kernel steers CLOCK_MONOTONIC by up to 10 %: the rate follows, the line holds. */
static void monotonic_slewed(void **state)
{
    (void)state;
    host.monotonic_ns += host.now_ns / 10;
    host.realtime_ns += host.now_ns / 10;
    host.monotonic_ppm = -100000;
    for (int i = 0; i < 30; i++) {
        host.realtime_ns -= 10 * MS;
        (void)said_after(100 * MS);
        assert_null(strstr(host.said, "apart"));
    }
    assert_int_equal(CPU->breaks, 0);
    assert_near(frequency(CPU), 2222222222, 1000);
}

/* Counter and clock ran apart: both lines are looked at alone, and the one is measured anew. */
static void ran_apart(unsigned breaks)
{
    assert_string_equal(said_after(100 * MS), RAN_APART);
    assert_int_equal(CPU->breaks, breaks);
    assert_int_equal(clocks.lines[HOST_COUNTER_MONOTONIC].breaks, 0);
    assert_near(frequency(CPU), 2 * SEC, 40000);
    assert_true(CPU->rate.ns >= 20 * MS && CPU->rate.ns < 23 * MS);
    assert_in_range(CPU->rate.error_ppb, 10000, 16000); /* by what was measured now */
    assert_string_equal(said_after(100 * MS), "");
}

static void counter_jumps(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++)
        (void)said_after(100 * MS);
    host.ticks += 7200 * UINT64_C(1000000000); /* an hour */
    ran_apart(1);
    host.ticks -= 7200 * UINT64_C(1000000000);
    ran_apart(2);
    host.ticks = 1; /* another machine */
    ran_apart(3);
    host.ticks +=
        28 * 1000000; /* 14 ms in 100: less than the 1 ms and an eighth would be no sign */
    ran_apart(4);
    host.ticks -= 28 * 1000000;
    ran_apart(5);
}

static void counter_stops(void **state)
{
    (void)state;
    host.ticks -= 2 * UINT64_C(100000000); /* all of what passes now */
    ran_apart(1);
}

static void a_little_apart(void **state)
{
    (void)state;
    /* By 12 ms in 100; so CLOCK_REALTIME is not where the page has told it to be. */
    host.ticks += 2 * 12000000;
    assert_memory_equal(said_after(100 * MS), "host-clock stepped_ns=-1", 24);
    assert_null(strstr(host.said, "apart"));
    (void)start(NULL);
    host.ticks -= 2 * 12000000;
    assert_memory_equal(said_after(100 * MS), "host-clock stepped_ns=1", 23);
    assert_null(strstr(host.said, "apart"));
}

/* A counter that jumped and that the kernel no longer trusts is the end of it. */
static void counter_is_lost(void **state)
{
    (void)state;
    host.clocksource = "hpet\n";
    host.ticks = 1;
    host_pass(100 * MS);
    assert_int_equal(clocks_sample(&clocks), -1);
    assert_false(clocks.sampling);
    assert_non_null(strstr(host.said, "counter: this CPU's counter is not invariant"));
}

static void which_counters(void **state)
{
    static const struct {
        const char *clocksource;
        bool invariant;
        int result;
    } cases[] = {
        {"tsc\n", false, 0},
        {"kvm-clock\n", false, 0},
        {"arch_sys_counter\n", false, 0},
        {"hyperv_clocksource_tsc_page", false, 0},
        {"hpet\n", false, -1},
        {"hpet\n", true, 0},
        {"tsc-early\n", false, -1},
        {"", false, -1},
        {NULL, false, -1},
        {NULL, true, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        host_start();
        memset(&clocks, 0, sizeof(clocks));
        host.clocksource = cases[i].clocksource;
        host.invariant = cases[i].invariant;
        assert_int_equal(clocks_use(&clocks, HOST_COUNTER_CPU), cases[i].result);
        assert_int_equal(CPU->used, !cases[i].result);
        assert_int_equal(host.said[0] != 0, cases[i].result != 0);
        assert_int_equal(clocks_use(&clocks, HOST_COUNTER_MONOTONIC), 0);
    }
}

/* What the kernel says before the n-th call, counted from here. */
static unsigned changes_at, calls;
static struct timex after;
static int after_state;

static void change(void)
{
    if (++calls == changes_at) {
        host.timex = after;
        host.timex_state = after_state;
    }
}

static void kernel_changes(unsigned at)
{
    calls = 0;
    changes_at = at;
    host.on_timex = change;
    assert_string_equal(said_after(100 * MS), "");
    host.on_timex = NULL;
}

/* Between the two looks, or not: what is sampled belongs to what the kernel says. */
static void kernel_state_changes(void **state)
{
    (void)state;
    for (unsigned which = 0; which < 4; which++) {
        for (unsigned at = 1; at < 4; at++) {
            const unsigned again = at == 2 && which < 3;
            unsigned reads;

            (void)start(NULL);
            after = host.timex;
            after_state = host.timex_state;
            if (which == 0)
                after_state = TIME_INS;
            else if (which == 1)
                after.status |= STA_INS;
            else if (which == 2)
                after.tai = 38;
            else
                after.maxerror = 77; /* at every second: no reason to sample again */
            reads = host.reads;
            kernel_changes(at);
            assert_int_equal(calls, again ? 4 : 2);
            assert_int_equal(host.reads - reads, again ? 128 : 64);
            assert_int_equal(clocks.kernel.state, at < 3 ? after_state : TIME_OK);
            assert_int_equal(clocks.kernel.status, at < 3 ? after.status : STA_PLL);
            assert_int_equal(clocks.kernel.tai_offset_sec, at < 3 ? after.tai : 37);
            assert_int_equal(clocks.knowledge.tai_minus_utc_sec, at < 3 ? after.tai : 37);
        }
    }
}

static void kernel_refuses(void **state)
{
    (void)state;
    for (unsigned at = 1; at < 3; at++) {
        (void)start(NULL);
        after_state = -1;
        calls = 0;
        changes_at = at;
        host.on_timex = change;
        assert_int_equal(clocks_sample(&clocks), -1);
        assert_false(clocks.sampling);
        assert_string_equal(host.said, "permission: adjtimex: Operation not permitted\n");
    }
}

/* The kernel's error is of now; until it adds to it again, a second is to come. */
static void kernel_error(void **state)
{
    (void)state;
    assert_int_equal(clocks.kernel.tolerance_ppb, 500000);
    assert_int_equal(clocks.kernel.maxerror_ns, 2000 * 1000 + 500000);
    host.timex.maxerror = 16000000;
    (void)said_after(0);
    assert_true(clocks.kernel.maxerror_ns == UINT64_C(16000500000));
}

/* By the second that was sampled: of UTC, as the kernel counts it. */
static void leap_by_the_sample(void **state)
{
    (void)state;
    host.timex_state = TIME_INS;
    host.timex.status |= STA_INS;
    host.realtime_ns = INT64_C(1798761599) * SEC - host.now_ns - 200 * MS; /* 2026-12-31 23:59:59 */
    (void)said_after(100 * MS);
    assert_int_equal(clocks.knowledge.indicator, VMCLOCK_LEAP_INDICATOR_PRE_POS);
    host.timex_state = TIME_OOP;
    host.timex.tai = 38;
    (void)said_after(SEC);
    assert_int_equal(clocks.knowledge.indicator, VMCLOCK_LEAP_INDICATOR_POS);
    assert_int_equal(clocks.knowledge.tai_minus_utc_sec, 38);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, start)
    const struct CMUnitTest tests[] = {
        TEST(first_rate),           TEST(rate_over_time),  TEST(no_rate_from_nothing),
        TEST(narrowest_sample),     TEST(clock_set),       TEST(clock_slewed),
        TEST(monotonic_slewed),     TEST(counter_jumps),   TEST(counter_stops),
        TEST(a_little_apart),       TEST(counter_is_lost), TEST(which_counters),
        TEST(kernel_state_changes), TEST(kernel_refuses),  TEST(kernel_error),
        TEST(leap_by_the_sample),
    };

    return cmocka_run_group_tests_name("publish-clocks", tests, NULL, NULL);
}
