/* SPDX-License-Identifier: BSD-2-Clause */
/* The publisher's word: steps, the MONOTONIC flag, whole pages only; and memory behind calls. */
#include <vmclock/clock.h>
#include "memory.h"

#define MONOTONIC VMCLOCK_PAGE_FLAG_TIME_MONOTONIC

/* 1 GHz, +- 1000 ns and 1 ppm, at counter 1000 * 10^9. */
static struct vmclock_snapshot clock_at_1000_sec(void)
{
    const struct vmclock_snapshot snapshot = {
        .disruption_marker = 5,
        .ref_counter = UINT64_C(1000000000000),
        .period_frac = 0x89705f4136b4a597,
        .period_maxerror_frac = 0x89705f4136b4a597 / 1000000,
        .ref_sec = 1700000000,
        .maxerror_ns = 1000,
        .have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR,
        .period_shift = 29,
        .counter_id = VMCLOCK_COUNTER_ID_X86_TSC,
        .time_type = VMCLOCK_TIME_TYPE_TAI,
        .clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED,
    };

    return snapshot;
}

/* s, one second later and moved_ns off the line. */
static void go_on(struct vmclock_snapshot *s, int64_t moved_ns)
{
    struct vmclock_time reference = {(int64_t)s->ref_sec + 1, s->ref_frac64}, moved;

    vmclock_time_from_ns(moved_ns, &moved);
    assert_int_equal(vmclock_time_add(&reference, &moved, &reference), 0);
    s->ref_counter += 1000000000;
    s->ref_sec = (uint64_t)reference.sec;
    s->ref_frac64 = reference.frac64;
}

static void refuses_a_step(void **state)
{
    static const struct {
        int64_t moved_ns;
        int error;
    } rows[] = {{0, 0},
                {1900, 0},
                {-1900, 0},
                {2100, VMCLOCK_ERR_STEP}, /* 1000 + 1 ppm of a second = 2000 */
                {-2100, VMCLOCK_ERR_STEP},
                {2900, VMCLOCK_ERR_STEP},
                {3100, VMCLOCK_ERR_STEP},
                {1000000000, VMCLOCK_ERR_STEP}};
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vmclock_snapshot s = clock_at_1000_sec(), before, after;

        assert_int_equal(vmclock_publish_step(&publisher, &s), 0);
        assert_int_equal(read_back(&before), 0);
        go_on(&s, rows[i].moved_ns);
        assert_int_equal(vmclock_publish(&publisher, &s), rows[i].error);
        assert_int_equal(read_back(&after), 0);
        if (!rows[i].error)
            continue;
        before.seq = after.seq;
        assert_memory_equal(&before, &after, sizeof(after));
        assert_int_equal(vmclock_publish_step(&publisher, &s), 0);
        assert_int_equal(read_back(&after), 0);
        assert_true(after.ref_sec == s.ref_sec && after.ref_frac64 == s.ref_frac64);
    }
}

/* A disruption, a clock without promise, a clock that was not usable: nothing to keep. */
static void no_promise_no_step(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec();

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    go_on(&s, 5000000);
    s.disruption_marker++;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    go_on(&s, 5000000);
    s.have &= (uint16_t)~VMCLOCK_HAVE_MAXERROR;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    go_on(&s, 5000000);
    s.have |= VMCLOCK_HAVE_MAXERROR;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    assert_int_equal(vmclock_publish_unreliable(&publisher), 0);
    go_on(&s, 5000000);
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    go_on(&s, 5000000);
    assert_int_equal(vmclock_publish(&publisher, &s), VMCLOCK_ERR_STEP);
}

/* The promise of a publisher that ended binds the next one, unless it died in an update. */
static void promise_survives_a_restart(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec();

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    go_on(&s, 5000000);
    for (int i = 0; i < 2; i++) {
        publisher = open_memory(STRUCTURE_BYTES);
        assert_int_equal(vmclock_publish(&publisher, &s), VMCLOCK_ERR_STEP);
    }
    publisher = open_memory(STRUCTURE_BYTES); /* and dies */
    publisher = open_memory(STRUCTURE_BYTES); /* the page is odd: nothing in it is a promise */
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
}

/* Whatever is refused, of an open update too: readers find the page as it was before. */
static void refused_is_not_in_update(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec(), stepped = s, unknown = s, before, after;

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    assert_int_equal(read_back(&before), 0);
    go_on(&stepped, 5000000);
    unknown.leap_indicator = 6;
    for (int opened = 0; opened < 2; opened++) {
        for (int step = 0; step < 2; step++) {
            if (opened)
                publisher = open_memory(STRUCTURE_BYTES);
            else
                assert_int_equal(vmclock_publish_begin(&publisher), 0);
            assert_int_equal(vmclock_publish(&publisher, step ? &stepped : &unknown),
                             step ? VMCLOCK_ERR_STEP : VMCLOCK_ERR_LEAP);
            assert_int_equal(read_back(&after), 0);
            assert_int_equal(after.seq, before.seq + 2);
            before.seq = after.seq;
            assert_memory_equal(&after, &before, sizeof(after));
        }
    }
    /* What is not whole does not become even. */
    assert_int_equal(vmclock_publish_begin(&publisher), 0);
    publisher = open_memory(STRUCTURE_BYTES);
    assert_int_equal(vmclock_publish(&publisher, &unknown), VMCLOCK_ERR_LEAP);
    assert_int_equal(read_back(&after), VMCLOCK_ERR_BUSY);
    /* Nor does it cost a count that has no update open. */
    assert_int_equal(vmclock_publish_step(&publisher, &s), 0);
    assert_int_equal(read_back(&before), 0);
    assert_int_equal(vmclock_publish(&publisher, &unknown), VMCLOCK_ERR_LEAP);
    assert_int_equal(read_back(&after), 0);
    assert_int_equal(after.seq, before.seq);
}

static uint64_t switch_ticks;
static uint32_t seq_at_switch;

static uint64_t read_switch(void *context)
{
    (void)context;
    seq_at_switch = get32(SEQ_AT);
    return switch_ticks;
}

/* The counter is read after the odd count, and there the times are compared. */
static void judged_at_the_switch(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec();

    (void)state;
    publisher.counter.read = read_switch;
    switch_ticks = s.ref_counter;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    go_on(&s, 2100);
    assert_int_equal(vmclock_publish(&publisher, &s), VMCLOCK_ERR_STEP);
    /* 10 s after the reference point the promise is 11000 ns wide, and 2100 is within. */
    switch_ticks += UINT64_C(10000000000);
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    assert_int_equal(seq_at_switch & 1, 1);
    assert_int_equal(get32(SEQ_AT), seq_at_switch + 1);
}

static int flag_after(struct vmclock_publisher *publisher, struct vmclock_snapshot *s,
                      int64_t moved_ns)
{
    struct vmclock_snapshot got;

    go_on(s, moved_ns);
    switch_ticks = s->ref_counter;
    assert_int_equal(vmclock_publish_step(publisher, s), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.have, s->have); /* which are flags, too */
    return (got.flags & MONOTONIC) != 0;
}

static void monotonic_where_true(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec();

    (void)state;
    s.flags = MONOTONIC;
    assert_false(flag_after(&publisher, &s, 0));
    assert_false(flag_after(&publisher, &s, 500)); /* nobody read the counter at the switch */
    publisher.counter.read = read_switch;
    assert_true(flag_after(&publisher, &s, 500));
    assert_false(flag_after(&publisher, &s, -500)); /* backwards, though within the bounds */
    assert_true(flag_after(&publisher, &s, 1000000000));
    s.disruption_marker++;
    assert_false(flag_after(&publisher, &s, 500)); /* the counters cannot be compared */
    assert_true(flag_after(&publisher, &s, 500));
    s.flags = 0;
    assert_false(flag_after(&publisher, &s, 500)); /* nobody asked for it */
}

/* Forward at the new reference point, but backwards at the switch: the new rate is lower. */
static void monotonic_is_about_the_switch(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec(), got;

    (void)state;
    s.flags = MONOTONIC;
    publisher.counter.read = read_switch;
    switch_ticks = s.ref_counter;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    s.ref_frac64 = UINT64_MAX / 100000000; /* 10 ns ahead ... */
    s.period_frac -= s.period_frac / 1000000;
    switch_ticks += 100000000; /* ... and after 0.1 s, 100 ns less */
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    assert_int_equal(read_back(&got), 0);
    assert_false(got.flags & MONOTONIC);
}

/* What nobody published whole is never shown. */
static void commits_whole_pages_only(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec(), got;

    (void)state;
    assert_int_equal(vmclock_publish_commit(&publisher), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(read_back(&got), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    publisher = open_memory(STRUCTURE_BYTES);
    assert_int_equal(vmclock_publish_commit(&publisher), 0); /* whole before, and still */
    assert_int_equal(read_back(&got), 0);
    assert_true(got.ref_counter == s.ref_counter);
    publisher = open_memory(STRUCTURE_BYTES - 8); /* not of this size */
    assert_int_equal(vmclock_publish_commit(&publisher), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_publish_unreliable(&publisher), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.have, 0);
    assert_true(got.disruption_marker == s.disruption_marker);
    assert_int_equal(got.clock_status, VMCLOCK_CLOCK_STATUS_UNRELIABLE);
}

/* Memory behind calls; the call number fails_at fails, and so do all later ones. */
static int calls, fails_at;

static int read_call(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    (void)context;
    if (++calls >= fails_at)
        return 1;
    assert_true(offset + length <= STRUCTURE_BYTES);
    memcpy(bytes, memory + offset, length);
    return 0;
}

static int write_call(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    (void)context;
    if (++calls >= fails_at)
        return 1;
    assert_true(offset + length <= STRUCTURE_BYTES);
    memcpy(memory + offset, bytes, length);
    return 0;
}

static const struct vmclock_publish_memory by_calls = {read_call, write_call, NULL};

static int life_by_calls(void)
{
    struct vmclock_snapshot s = clock_at_1000_sec();
    struct vmclock_publisher publisher;
    int error = vmclock_publish_open_memory(&publisher, &by_calls, STRUCTURE_BYTES);

    if (!error)
        error = vmclock_publish(&publisher, &s);
    go_on(&s, 100);
    if (!error)
        error = vmclock_publish(&publisher, &s);
    return error ? error : vmclock_publish_unreliable(&publisher);
}

static void same_bytes_by_calls(void **state)
{
    static unsigned char expected[sizeof(memory)];
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot s = clock_at_1000_sec();

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    go_on(&s, 100);
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    assert_int_equal(vmclock_publish_unreliable(&publisher), 0);
    memcpy(expected, memory, sizeof(memory));
    memset(memory, 0, sizeof(memory));
    fails_at = 1000;
    assert_int_equal(life_by_calls(), 0);
    assert_memory_equal(memory, expected, sizeof(memory));
    memset(memory + offsetof(struct vmclock_page, vm_generation_counter), 0x77,
           8); /* the last field */
    assert_int_equal(vmclock_publish_open_memory(&publisher, &by_calls, STRUCTURE_BYTES), 0);
    assert_true(publisher.generation == UINT64_C(0x7777777777777777));
}

static void each_call_may_fail(void **state)
{
    struct vmclock_snapshot got;
    int total, failures = 0;

    (void)state;
    calls = 0;
    fails_at = 1000;
    assert_int_equal(life_by_calls(), 0);
    total = calls;
    for (int at = 1; at <= total; at++) {
        int error;

        memset(memory, 0, sizeof(memory));
        calls = 0;
        fails_at = at;
        assert_int_equal(life_by_calls(), VMCLOCK_ERR_ACCESS);
        assert_int_equal(calls, at); /* what could not be reached is left alone */
        error = read_back(&got);
        if (error)
            assert_true(error == VMCLOCK_ERR_BUSY || error == VMCLOCK_ERR_MAGIC);
        else
            assert_int_equal(got.maxerror_ns, 1000);
        failures++;
        fails_at = 1000; /* the next publisher heals it */
        assert_int_equal(life_by_calls(), 0);
        assert_int_equal(read_back(&got), 0);
    }
    assert_true(failures == total && total > 10);
}

static void refuses_to_open_calls(void **state)
{
    const struct vmclock_publish_memory no_read = {NULL, write_call, NULL},
                                        no_write = {read_call, NULL, NULL};
    struct vmclock_publisher p;

    (void)state;
    assert_int_equal(vmclock_publish_open_memory(NULL, &by_calls, 4096), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_publish_open_memory(&p, NULL, 4096), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_publish_open_memory(&p, &no_read, 4096), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_publish_open_memory(&p, &no_write, 4096), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_publish_open_memory(&p, &by_calls, 31), VMCLOCK_ERR_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(refuses_a_step, clear_memory),
        cmocka_unit_test_setup(no_promise_no_step, clear_memory),
        cmocka_unit_test_setup(promise_survives_a_restart, clear_memory),
        cmocka_unit_test_setup(refused_is_not_in_update, clear_memory),
        cmocka_unit_test_setup(judged_at_the_switch, clear_memory),
        cmocka_unit_test_setup(monotonic_where_true, clear_memory),
        cmocka_unit_test_setup(monotonic_is_about_the_switch, clear_memory),
        cmocka_unit_test_setup(commits_whole_pages_only, clear_memory),
        cmocka_unit_test_setup(same_bytes_by_calls, clear_memory),
        cmocka_unit_test_setup(each_call_may_fail, clear_memory),
        cmocka_unit_test_setup(refuses_to_open_calls, clear_memory),
    };

    return cmocka_run_group_tests_name("publish-promise", tests, NULL, NULL);
}
