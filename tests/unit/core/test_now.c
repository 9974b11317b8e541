/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock_now: a page in memory to a reading, in one call, with the caller's age limit. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)

struct now_test {
    struct page_image page;
    struct test_counter counter;
    struct vmclock clk;
    struct vmclock_reading reading;
};

static void start(struct now_test *t)
{
    memset(t, 0, sizeof *t);
    page_fill(t->page.bytes);
    t->counter.value = REF;
    open_with(&t->clk, &t->page, sizeof t->page, &t->counter);
    t->clk.max_tries = 3;
}

static int now(struct now_test *t)
{
    MARK(t->reading);
    const int code = vmclock_now(&t->clk, &t->reading);
    if (code != 0) {
        ASSERT_UNTOUCHED(t->reading);
    }
    return code;
}

static void same_as_snapshot_and_at(void **state)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_reading want;
    struct now_test t;
    (void)state;
    start(&t);
    t.counter.value = REF + 123456789;
    assert_int_equal(now(&t), 0);
    assert_int_equal(t.counter.reads, 1);
    assert_int_equal(vmclock_take_snapshot(&t.clk, &snapshot), 0);
    MARK(want);
    assert_int_equal(vmclock_at(&snapshot, snapshot.counter, &want), 0);
    assert_memory_equal(&t.reading, &want, sizeof want);
    assert_true(t.reading.counter == REF + 123456789);
}

static void errors_of_the_snapshot(void **state)
{
    struct now_test t;
    (void)state;
    start(&t);
    page_put(t.page.bytes, AT_SEQ, 4, 1);
    assert_int_equal(now(&t), VMCLOCK_ERR_BUSY);
    start(&t);
    page_put(t.page.bytes, AT_SIZE, 4, 0x68);
    assert_int_equal(now(&t), VMCLOCK_ERR_CHANGED);
}

static void errors_of_the_clock(void **state)
{
    struct now_test t;
    (void)state;
    start(&t);
    page_put(t.page.bytes, AT_COUNTER_ID, 1, 0xff);
    assert_int_equal(now(&t), VMCLOCK_ERR_NO_CLOCK);
    page_put(t.page.bytes, AT_COUNTER_ID, 1, 0);
    assert_int_equal(now(&t), VMCLOCK_ERR_COUNTER);
    start(&t);
    page_put(t.page.bytes, AT_STATUS, 1, 4);
    assert_int_equal(now(&t), VMCLOCK_ERR_UNSYNCHRONISED);
    start(&t);
    page_put(t.page.bytes, AT_TIME_TYPE, 1, 3);
    assert_int_equal(now(&t), VMCLOCK_ERR_TIME_TYPE);
    start(&t);
    page_put(t.page.bytes, AT_PERIOD, 8, 0);
    assert_int_equal(now(&t), VMCLOCK_ERR_PERIOD);
    start(&t);
    t.counter.value = REF ^ (UINT64_C(1) << 63);
    assert_int_equal(now(&t), VMCLOCK_ERR_RANGE);
}

/* Half a second a tick, so that the limit is met exactly. */
static void start_aged(struct now_test *t, int64_t ticks, uint64_t max_age_sec)
{
    start(t);
    page_put(t->page.bytes, AT_PERIOD, 8, UINT64_C(1) << 63);
    page_put(t->page.bytes, AT_SHIFT, 1, 0);
    page_put(t->page.bytes, AT_PERIOD_MAXERROR, 8, 0);
    t->counter.value = REF + (uint64_t)ticks;
    t->clk.max_age_sec = max_age_sec;
}

static void assert_age(int64_t ticks, uint64_t max_age_sec, int code)
{
    struct now_test t;
    start_aged(&t, ticks, max_age_sec);
    assert_int_equal(now(&t), code);
}

/* [-max, max) */
static void age_limit(void **state)
{
    (void)state;
    assert_age(19, 10, 0);
    assert_age(20, 10, VMCLOCK_ERR_STALE);
    assert_age(21, 10, VMCLOCK_ERR_STALE);
    assert_age(-20, 10, 0);
    assert_age(-21, 10, VMCLOCK_ERR_STALE);
    assert_age(-22, 10, VMCLOCK_ERR_STALE);
    assert_age(1, 1, 0);
    assert_age(2, 1, VMCLOCK_ERR_STALE);
    assert_age(-2, 1, 0);
    assert_age(-3, 1, VMCLOCK_ERR_STALE);
}

/* The least more than the limit is already more, the least less is not. */
static void age_limit_is_exact(void **state)
{
    struct now_test t;
    (void)state;
    start_aged(&t, 1, 1);
    page_put(t.page.bytes, AT_PERIOD, 8, UINT64_MAX); /* a tick is a second less a unit */
    assert_int_equal(now(&t), 0);
    for (unsigned more = 1; more < 63; more += 30) {
        /* 2^more ticks of 2^-more s, and each 2^-63 of that longer. */
        start_aged(&t, -(INT64_C(1) << more), 1);
        page_put(t.page.bytes, AT_PERIOD, 8, UINT64_C(1) << 63);
        page_put(t.page.bytes, AT_SHIFT, 1, more - 1);
        assert_int_equal(now(&t), 0);
        page_put(t.page.bytes, AT_PERIOD, 8, (UINT64_C(1) << 63) + 1);
        t.counter.value = REF - (UINT64_C(1) << more);
        assert_int_equal(now(&t), VMCLOCK_ERR_STALE);
    }
}

static void no_age_limit(void **state)
{
    (void)state;
    assert_age(INT64_C(1) << 40, 0, 0);
    assert_age(-(INT64_C(1) << 40), 0, 0);
    assert_age(INT64_C(1) << 40, UINT64_MAX, 0);
    assert_age(-(INT64_C(1) << 40), UINT64_MAX, 0);
    assert_age(-(INT64_C(1) << 40), INT64_MAX, 0);
    assert_age(-(INT64_C(1) << 40), (uint64_t)INT64_MAX + 1, 0);
    assert_age(INT64_C(1) << 40, (uint64_t)INT64_MAX + 1, 0);
}

int run_now_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_snapshot_and_at), cmocka_unit_test(errors_of_the_snapshot),
        cmocka_unit_test(errors_of_the_clock),     cmocka_unit_test(age_limit),
        cmocka_unit_test(age_limit_is_exact),      cmocka_unit_test(no_age_limit),
    };
    return cmocka_run_group_tests_name("now", tests, NULL, NULL);
}
