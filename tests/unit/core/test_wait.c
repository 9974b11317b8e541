/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits for a deadline: when they end, and that they do. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define GHZ UINT64_C(1000000000)

struct wait_test {
    struct page_image page;
    struct test_counter counter;
    struct vmclock clk;
    struct vmclock_deadline deadline;
};

/* 1 s before the deadline, on a counter that advances by 1 ms each time that it is read. */
static void wait_start(struct wait_test *t)
{
    memset(t, 0, sizeof *t);
    page_fill(t->page.bytes);
    t->counter.value = REF;
    t->counter.step = GHZ / 1000;
    t->counter.page = t->page.bytes;
    open_with(&t->clk, &t->page, sizeof t->page, &t->counter);
    t->clk.max_tries = 3;
    t->deadline.counter = REF + GHZ;
    t->deadline.disruption_marker = good_snapshot().disruption_marker;
}

static void a_wait_ends_at_the_deadline(void **state)
{
    struct wait_test t;
    (void)state;
    wait_start(&t);
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 2 * GHZ), 0);
    assert_int_equal(t.counter.reads, 1001);
    t.counter.value = REF + GHZ - 1; /* and at once */
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 0), VMCLOCK_ERR_NOT_YET);
    t.counter.value = REF + GHZ;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 0), 0);
    assert_int_equal(t.counter.reads, 1003);
    t.counter.value = REF + GHZ + INT64_MAX; /* and as long as it is a number of ticks ago */
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 0), 0);
    t.counter.value++;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 0), VMCLOCK_ERR_NOT_YET);
}

/* Whatever it advances by: an odd number of ticks, or a quarter of all that there are. */
static void a_wait_goes_on_while_the_counter_does(void **state)
{
    struct wait_test t;
    (void)state;
    wait_start(&t);
    t.counter.step = GHZ / 1000 - 1;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 2 * GHZ), 0);
    assert_int_equal(t.counter.reads, 1002);
    wait_start(&t);
    t.counter.step = UINT64_C(1) << 62;
    t.deadline.counter = REF + (UINT64_C(3) << 61);
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, UINT64_MAX), 0);
    assert_int_equal(t.counter.reads, 3);
}

static void a_wait_ends_with_its_ticks(void **state)
{
    struct wait_test t;
    (void)state;
    wait_start(&t);
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, GHZ / 2), VMCLOCK_ERR_NOT_YET);
    assert_int_equal(t.counter.reads, 501);
    wait_start(&t); /* a counter that stands still */
    t.counter.step = 0;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, GHZ / 2), VMCLOCK_ERR_NOT_YET);
    assert_int_equal(t.counter.reads, 1 + 3);
    wait_start(&t); /* one that goes back */
    t.counter.step = 0 - UINT64_C(1);
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, GHZ / 2), VMCLOCK_ERR_NOT_YET);
    assert_int_equal(t.counter.reads, 2);
}

static void go_up_and_down(struct test_counter *counter)
{
    counter->step = counter->reads % 2 ? 1 : 0 - UINT64_C(1);
}

/* Above its first value, or without a limit of ticks: nothing else would end it. */
static void a_wait_ends_when_the_counter_goes_back(void **state)
{
    struct wait_test t;
    (void)state;
    wait_start(&t);
    t.counter.on_read = go_up_and_down;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, GHZ / 2), VMCLOCK_ERR_NOT_YET);
    wait_start(&t);
    t.counter.step = 0 - UINT64_C(7);
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, UINT64_MAX), VMCLOCK_ERR_NOT_YET);
    assert_int_equal(t.counter.reads, 2);
}

static void stutter(struct test_counter *counter)
{
    counter->step = counter->reads % 4 ? 0 : GHZ / 1000;
}

/* What stands still for less than max_tries snapshots goes on. */
static void a_wait_outlasts_a_slow_counter(void **state)
{
    struct wait_test t;
    (void)state;
    wait_start(&t);
    t.clk.max_tries = 4;
    t.counter.on_read = stutter;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 2 * GHZ), 0);
    assert_in_range(t.counter.reads, 3990, 4005);
}

static void disrupt(struct test_counter *counter)
{
    if (counter->reads == 10)
        page_put(counter->page, AT_MARKER, 8, 4711);
}

static void update(struct test_counter *counter)
{
    if (counter->reads == 10) {
        page_put(counter->page, AT_SEQ, 4, 4);
        page_put(counter->page, AT_STATUS, 1, 4);
    }
}

static void stop_publishing(struct test_counter *counter)
{
    if (counter->reads == 10)
        page_put(counter->page, AT_SEQ, 4, 3);
}

static void a_wait_ends_when_the_counter_is_disrupted(void **state)
{
    struct wait_test t;
    (void)state;
    wait_start(&t);
    t.counter.on_read = disrupt;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 2 * GHZ), VMCLOCK_ERR_DISRUPTED);
    assert_int_equal(t.counter.reads, 11);
    wait_start(&t);
    t.deadline.disruption_marker++;
    t.deadline.counter = REF; /* even if it seems to have come */
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 2 * GHZ), VMCLOCK_ERR_DISRUPTED);
    wait_start(&t);
    t.counter.on_read = update; /* what was promised holds */
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 2 * GHZ), 0);
    wait_start(&t);
    t.counter.on_read = stop_publishing;
    assert_int_equal(vmclock_wait(&t.clk, &t.deadline, 2 * GHZ), VMCLOCK_ERR_BUSY);
}

int run_wait_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_ends_at_the_deadline),
        cmocka_unit_test(a_wait_goes_on_while_the_counter_does),
        cmocka_unit_test(a_wait_ends_with_its_ticks),
        cmocka_unit_test(a_wait_ends_when_the_counter_goes_back),
        cmocka_unit_test(a_wait_outlasts_a_slow_counter),
        cmocka_unit_test(a_wait_ends_when_the_counter_is_disrupted),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
