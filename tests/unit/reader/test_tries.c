/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often a call looks at a page that changes under it is said by the handle, which every call of
 * the page has: so two handles of one page wait as long as each wants.
 */
#include "tests/unit/core/fixture.h"

#define MANY 7

struct handles {
    struct page_image page;
    struct test_counter counter;
    struct vmclock once, many;
    uint32_t seq;
};

/* A whole update, each time that the page is looked at. */
static void update(struct test_counter *counter)
{
    struct handles *h = counter->page;
    h->seq += 2;
    page_put(h->page.bytes, AT_SEQ, 4, h->seq);
}

static void open_handles(struct handles *h)
{
    memset(h, 0, sizeof *h);
    page_fill(h->page.bytes);
    h->seq = 2;
    h->counter.page = h;
    open_with(&h->once, &h->page, sizeof h->page, &h->counter);
    open_with(&h->many, &h->page, sizeof h->page, &h->counter);
    h->once.max_tries = 1;
    h->many.max_tries = MANY;
}

static int by_snapshot(const struct vmclock *clk)
{
    struct vmclock_snapshot snapshot;
    return vmclock_take_snapshot(clk, &snapshot);
}

static int by_now(const struct vmclock *clk)
{
    struct vmclock_reading reading;
    return vmclock_now(clk, &reading);
}

static int by_reader(const struct vmclock *clk)
{
    struct vmclock_reader reader;
    vmclock_reader_init(&reader, clk);
    return vmclock_reader_now(&reader);
}

static int by_calibrated_snapshot(const struct vmclock *clk)
{
    struct vmclock_snapshot calibrated = good_snapshot(), snapshot;
    return vmclock_take_calibrated(clk, &calibrated, &snapshot);
}

static int by_calibrated_now(const struct vmclock *clk)
{
    struct vmclock_snapshot calibrated = good_snapshot();
    struct vmclock_reading reading;
    return vmclock_calibrated_now(clk, &calibrated, &reading);
}

static int by_sample_begin(const struct vmclock *clk)
{
    struct vmclock_sample sample;
    return vmclock_sample_begin(clk, &sample);
}

static int by_sample_end(const struct vmclock *clk)
{
    struct vmclock_sample sample = {0};
    return vmclock_sample_end(clk, &sample);
}

static int by_guard_take(const struct vmclock *clk)
{
    struct vmclock_guard guard;
    return vmclock_guard_take(clk, &guard);
}

static int by_guard_ask(const struct vmclock *clk)
{
    struct vmclock_guard guard = {0};
    struct vmclock_guard_answer answer;
    return vmclock_guard_ask(clk, &guard, &answer);
}

static int by_notified(const struct vmclock *clk)
{
    struct vmclock_snapshot seen = good_snapshot(), snapshot;
    uint32_t changed;
    return vmclock_take_changes(clk, &seen, &snapshot, &changed);
}

static int by_steer_epoch(const struct vmclock *clk)
{
    const struct vmclock_steer_config config = {0, VMCLOCK_STEER_RATE_PPB_DEFAULT};
    struct vmclock_steer steer;
    assert_int_equal(vmclock_steer_init(&steer, clk, &config), 0);
    return vmclock_steer_start_epoch(&steer, NULL);
}

static void each_call_tries_as_often_as_its_handle_says(void **state)
{
    static int (*const calls[])(const struct vmclock *clk) = {
        by_snapshot,       by_now,          by_reader,      by_calibrated_snapshot,
        by_calibrated_now, by_sample_begin, by_sample_end,  by_guard_take,
        by_guard_ask,      by_notified,     by_steer_epoch,
    };
    struct handles h;
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        open_handles(&h);
        h.counter.on_read = update;
        assert_int_equal(calls[i](&h.once), VMCLOCK_ERR_BUSY);
        assert_int_equal(h.counter.reads, 1);
        assert_int_equal(calls[i](&h.many), VMCLOCK_ERR_BUSY);
        assert_int_equal(h.counter.reads, 1 + MANY);
    }
}

/* A reader with its lines in hand, too. */
static void a_reader_that_was_quick(void **state)
{
    struct vmclock_reader reader;
    struct handles h;
    (void)state;
    open_handles(&h);
    vmclock_reader_init(&reader, &h.once);
    assert_int_equal(vmclock_reader_now(&reader), 0);
    h.counter.on_read = update;
    update(&h.counter);
    h.counter.reads = 0;
    assert_int_equal(vmclock_reader_now(&reader), VMCLOCK_ERR_BUSY);
    assert_int_equal(h.counter.reads, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_tries_as_often_as_its_handle_says),
        cmocka_unit_test(a_reader_that_was_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
