/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sequence lock: a publisher that changes the page while it is read. Its part is played by the
 * counter's callback, which runs inside the window that the lock must protect.
 */
#define _DEFAULT_SOURCE
#include <signal.h>
#include <sys/time.h>
#include "fixture.h"

struct lock_test {
    struct page_image page;
    struct test_counter counter;
    struct vmclock clk;
    struct vmclock_snapshot snapshot;
};

static void start(struct lock_test *t, void (*on_read)(struct test_counter *counter))
{
    memset(t, 0, sizeof *t);
    page_fill(t->page.bytes);
    t->counter.value = 100;
    t->counter.step = 10;
    t->counter.on_read = on_read;
    t->counter.page = t->page.bytes;
    open_with(&t->clk, &t->page, sizeof t->page, &t->counter);
    MARK(t->snapshot);
}

static int take(struct lock_test *t)
{
    return vmclock_take_snapshot(&t->clk, &t->snapshot);
}

static uint32_t seq_of(const void *page)
{
    const unsigned char *at = (const unsigned char *)page + AT_SEQ;
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* One whole update: another marker, reference point and sequence count. */
static void update(struct test_counter *counter)
{
    page_put(counter->page, AT_MARKER, 8, 1000 + counter->reads);
    page_put(counter->page, AT_REF_COUNTER, 8, 2000 + counter->reads);
    page_put(counter->page, AT_GENERATION, 8, 3000 + counter->reads);
    page_put(counter->page, AT_SEQ, 4, seq_of(counter->page) + 2u);
}

static void begin_update(struct test_counter *counter)
{
    page_put(counter->page, AT_MARKER, 8, 1000);
    page_put(counter->page, AT_SEQ, 4, seq_of(counter->page) | 1);
}

static void stuck_odd_is_busy(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, NULL);
    page_put(t.page.bytes, AT_SEQ, 4, 3);
    for (uint32_t tries = 1; tries <= 1000; tries *= 10) {
        t.clk.max_tries = tries;
        assert_int_equal(take(&t), VMCLOCK_ERR_BUSY);
        ASSERT_UNTOUCHED(t.snapshot);
    }
    assert_int_equal(t.counter.reads, 0);
}

static void default_tries_end(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, update);
    assert_int_equal(take(&t), VMCLOCK_ERR_BUSY);
    assert_int_equal(t.counter.reads, VMCLOCK_MAX_TRIES_DEFAULT);
    ASSERT_UNTOUCHED(t.snapshot);
}

/* Each try reads the counter once: tries are counted exactly. */
static void always_changing_is_busy_after_max_tries(void **state)
{
    struct lock_test t;
    (void)state;
    for (uint32_t tries = 1; tries <= 7; tries++) {
        start(&t, update);
        t.clk.max_tries = tries;
        assert_int_equal(take(&t), VMCLOCK_ERR_BUSY);
        assert_int_equal(t.counter.reads, tries);
        ASSERT_UNTOUCHED(t.snapshot);
    }
}

static void last_try_counts(void **state)
{
    struct lock_test t;
    (void)state;
    for (uint32_t tries = 2; tries <= 7; tries++) {
        start(&t, update);
        t.counter.quiet_after = tries - 1;
        t.clk.max_tries = tries;
        assert_int_equal(take(&t), 0);
        assert_int_equal(t.counter.reads, tries);
    }
}

static void torn_read_is_repeated_whole(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, update);
    t.counter.quiet_after = 3;
    assert_int_equal(take(&t), 0);
    assert_int_equal(t.snapshot.seq, 2 + 3 * 2);
    assert_true(t.snapshot.disruption_marker == 1003);
    assert_true(t.snapshot.ref_counter == 2003);
    assert_true(t.snapshot.generation == 3003);
    assert_true(t.snapshot.counter == 130); /* the read inside the last window */
}

static void update_begun_inside_the_window(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, begin_update);
    t.clk.max_tries = 50;
    assert_int_equal(take(&t), VMCLOCK_ERR_BUSY);
    assert_int_equal(t.counter.reads, 1);
    ASSERT_UNTOUCHED(t.snapshot);
}

/* The publisher's crash is healed by the next one, from the page's own count. */
static void healed_page_reads_again(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, NULL);
    t.clk.max_tries = 5;
    page_put(t.page.bytes, AT_SEQ, 4, 5);
    assert_int_equal(take(&t), VMCLOCK_ERR_BUSY);
    page_put(t.page.bytes, AT_SEQ, 4, 6);
    assert_int_equal(take(&t), 0);
    assert_int_equal(t.snapshot.seq, 6);
}

static void *page_to_heal;

static void heal(int signal_number)
{
    (void)signal_number;
    *(volatile uint8_t *)((unsigned char *)page_to_heal + AT_SEQ) = 4;
}

/* A publisher that ends its update while the reader waits. */
static void waits_for_the_end_of_an_update(void **state)
{
    const struct itimerval soon = {{0, 0}, {0, 5000}};
    struct lock_test t;
    (void)state;
    start(&t, NULL);
    page_put(t.page.bytes, AT_SEQ, 4, 3);
    t.clk.max_tries = UINT32_MAX;
    page_to_heal = t.page.bytes;
    signal(SIGALRM, heal);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(take(&t), 0);
    signal(SIGALRM, SIG_DFL);
    assert_int_equal(t.snapshot.seq, 4);
    assert_int_equal(t.counter.reads, 1);
}

static void seq_zero_is_legal(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, NULL);
    page_put(t.page.bytes, AT_SEQ, 4, 0);
    assert_int_equal(take(&t), 0);
    assert_int_equal(t.snapshot.seq, 0);
}

static void seq_wraps_inside_the_window(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, update);
    t.counter.quiet_after = 1;
    page_put(t.page.bytes, AT_SEQ, 4, 0xfffffffe);
    assert_int_equal(take(&t), 0);
    assert_int_equal(t.counter.reads, 2);
    assert_int_equal(t.snapshot.seq, 0);
    assert_true(t.snapshot.disruption_marker == 1001);
}

static void highest_seq_values(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, NULL);
    page_put(t.page.bytes, AT_SEQ, 4, 0xfffffffe);
    assert_int_equal(take(&t), 0);
    assert_true(t.snapshot.seq == 0xfffffffe);
    page_put(t.page.bytes, AT_SEQ, 4, 0xffffffff);
    MARK(t.snapshot);
    t.clk.max_tries = 9;
    assert_int_equal(take(&t), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(t.snapshot);
}

/* Each bit of seq takes part in the comparison. */
static uint32_t flipped_bit;

static void flip(struct test_counter *counter)
{
    page_put(counter->page, AT_SEQ, 4, seq_of(counter->page) ^ 1u << flipped_bit);
}

static void any_bit_of_seq_counts(void **state)
{
    struct lock_test t;
    (void)state;
    for (flipped_bit = 1; flipped_bit < 32; flipped_bit++) {
        start(&t, flip);
        t.counter.quiet_after = 1;
        assert_int_equal(take(&t), 0);
        assert_int_equal(t.counter.reads, 2);
    }
}

static void assert_changed(size_t at, size_t bytes, uint64_t value)
{
    struct lock_test t;
    start(&t, NULL);
    page_put(t.page.bytes, at, bytes, value);
    assert_int_equal(take(&t), VMCLOCK_ERR_CHANGED);
    ASSERT_UNTOUCHED(t.snapshot);
    page_fill(t.page.bytes);
    assert_int_equal(take(&t), 0);
}

static void magic_changed(void **state)
{
    (void)state;
    assert_changed(AT_MAGIC, 4, 0);
    assert_changed(AT_MAGIC, 1, 0x57);
    assert_changed(AT_MAGIC + 3, 1, 0);
}

static void version_changed(void **state)
{
    (void)state;
    assert_changed(AT_VERSION, 2, 2);
    assert_changed(AT_VERSION, 2, 0x101);
}

static void size_changed(void **state)
{
    (void)state;
    assert_changed(AT_SIZE, 4, 0x68); /* the page shrinks */
    assert_changed(AT_SIZE, 4, 0);
    assert_changed(AT_SIZE, 4, 0x71);
    assert_changed(AT_SIZE, 4, 0xffffffff);
}

static void shrink(struct test_counter *counter)
{
    page_put(counter->page, AT_SIZE, 4, 0x20);
    page_put(counter->page, AT_SEQ, 4, seq_of(counter->page) + 2u);
}

static void size_changed_inside_the_window(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, shrink);
    t.counter.quiet_after = 1;
    assert_int_equal(take(&t), VMCLOCK_ERR_CHANGED);
    ASSERT_UNTOUCHED(t.snapshot);
}

/* These two may come to be rewritten under the lock: they are data of each snapshot. */
static void counter_id_and_time_type_may_change(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, NULL);
    page_put(t.page.bytes, AT_COUNTER_ID, 1, 0xff);
    page_put(t.page.bytes, AT_TIME_TYPE, 1, 2);
    assert_int_equal(take(&t), 0);
    assert_int_equal(t.snapshot.counter_id, 0xff);
    assert_int_equal(t.snapshot.time_type, 2);
    assert_false(t.snapshot.have & VMCLOCK_HAVE_CLOCK);
    page_put(t.page.bytes, AT_COUNTER_ID, 1, 1);
    assert_int_equal(take(&t), 0);
    assert_true(t.snapshot.have & VMCLOCK_HAVE_CLOCK);
}

/* An interrupt handler takes its own snapshot in the middle of ours. */
static struct lock_test *outer;

static void nested_read(struct test_counter *counter)
{
    struct vmclock_snapshot inner;
    counter->on_read = NULL;
    assert_int_equal(vmclock_take_snapshot(&outer->clk, &inner), 0);
    assert_true(inner.counter == 110);
}

static void reentrant(void **state)
{
    struct lock_test t;
    (void)state;
    start(&t, nested_read);
    outer = &t;
    assert_int_equal(take(&t), 0);
    assert_true(t.snapshot.counter == 100);
    assert_int_equal(t.counter.reads, 2);
}

int run_lock_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stuck_odd_is_busy),
        cmocka_unit_test(default_tries_end),
        cmocka_unit_test(always_changing_is_busy_after_max_tries),
        cmocka_unit_test(last_try_counts),
        cmocka_unit_test(torn_read_is_repeated_whole),
        cmocka_unit_test(update_begun_inside_the_window),
        cmocka_unit_test(healed_page_reads_again),
        cmocka_unit_test(waits_for_the_end_of_an_update),
        cmocka_unit_test(seq_zero_is_legal),
        cmocka_unit_test(seq_wraps_inside_the_window),
        cmocka_unit_test(highest_seq_values),
        cmocka_unit_test(any_bit_of_seq_counts),
        cmocka_unit_test(magic_changed),
        cmocka_unit_test(version_changed),
        cmocka_unit_test(size_changed),
        cmocka_unit_test(size_changed_inside_the_window),
        cmocka_unit_test(counter_id_and_time_type_may_change),
        cmocka_unit_test(reentrant),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
