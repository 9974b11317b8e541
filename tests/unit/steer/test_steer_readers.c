/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What readers get after an update that was refused, and during one, with one try. The counter's
 * callback plays an interrupt handler, as it runs inside the updater's lock or inside the reader's.
 */
#include "tests/unit/steer/rig.h"

/* A publisher that says so by a single byte, without the protocol, is not heard before an update. */
static void what_an_update_is_told_readers_find(void **state)
{
    static const struct {
        size_t at;
        int error;
    } faults[] = {{AT_STATUS, VMCLOCK_ERR_UNSYNCHRONISED},
                  {AT_PERIOD, VMCLOCK_ERR_PERIOD},
                  {AT_MAGIC, VMCLOCK_ERR_CHANGED}};
    struct vmclock_steer_reading before, r;
    struct rig g;
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        for (int new_epoch = 0; new_epoch < 2; new_epoch++) {
            const size_t bytes = faults[i].at == AT_PERIOD ? 8 : 1;
            unsigned char good[8];
            rig_start(&g, 0);
            assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
            memcpy(good, g.page.bytes + faults[i].at, bytes);
            memset(g.page.bytes + faults[i].at, 0, bytes);
            before = now(&g);
            assert_int_equal(new_epoch ? vmclock_steer_start_epoch(&g.steer, NULL)
                                       : vmclock_steer_update(&g.steer, NULL),
                             faults[i].error);
            MARK(r);
            assert_int_equal(vmclock_steer_now(&g.steer, &r), faults[i].error);
            ASSERT_UNTOUCHED(r);
            memcpy(g.page.bytes + faults[i].at, good, bytes);
            r = now(&g); /* as soon as the page is right again */
            assert_same(&r, &before);
            assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
            memset(g.page.bytes + faults[i].at, 0, bytes);
            now(&g); /* quickly again */
        }
}

/* A calibration that is refused is none: the clock goes on by the one before. */
static void a_refused_calibration_is_none(void **state)
{
    struct vmclock_snapshot calibrated = good_snapshot();
    struct vmclock_steer_reading before, r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_COUNTER_ID, 1, 0xff);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, &calibrated), 0);
    g.counter.value += GHZ;
    before = now(&g);
    calibrated.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    assert_int_equal(vmclock_steer_update(&g.steer, &calibrated), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_NO_CLOCK);
    r = now(&g);
    assert_same(&r, &before);
}

/* With the handle's tries each of these would take minutes. */
static void rig_start_patient(struct rig *g)
{
    rig_start(g, 0);
    g->counter.page = g;
    assert_int_equal(vmclock_steer_start_epoch(&g->steer, NULL), 0);
    g->clk.max_tries = UINT32_MAX;
}

static unsigned handled;

static void handle(struct test_counter *counter)
{
    struct rig *g = counter->page;
    const uint32_t reads = counter->reads;
    struct vmclock_steer_reading reading;
    struct vmclock_utc_reading utc;
    MARK(reading);
    MARK(utc);
    assert_int_equal(vmclock_steer_try_now(&g->steer, &reading), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_steer_try_utc_now(&g->steer, &utc), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(reading);
    ASSERT_UNTOUCHED(utc);
    assert_int_equal(counter->reads, reads);
    handled++;
}

static void a_handler_in_the_updater_is_told_at_once(void **state)
{
    struct rig g;
    (void)state;
    rig_start_patient(&g);
    g.counter.on_read = handle;
    handled = 0;
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_int_equal(handled, 2);
}

static void a_page_in_update_is_busy_at_once(void **state)
{
    struct vmclock_steer_reading reading;
    struct rig g;
    (void)state;
    rig_start_patient(&g);
    page_put(g.page.bytes, AT_SEQ, 4, g.seq + 1);
    MARK(reading);
    assert_int_equal(vmclock_steer_try_now(&g.steer, &reading), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(reading);
}

/* Each look finds the page changed afterwards. */
static void change(struct test_counter *counter)
{
    struct rig *g = counter->page;
    put(g, AT_GENERATION, 8, g->seq);
}

static void one_try_is_one_look(void **state)
{
    struct vmclock_steer_reading reading;
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start_patient(&g);
    put(&g, AT_GENERATION, 8, 1); /* so that no quick look comes first */
    g.counter.reads = 0;
    g.counter.on_read = change;
    assert_int_equal(vmclock_steer_try_now(&g.steer, &reading), VMCLOCK_ERR_BUSY);
    assert_int_equal(g.counter.reads, 1);
    assert_int_equal(vmclock_steer_try_utc_now(&g.steer, &utc), VMCLOCK_ERR_BUSY);
    assert_int_equal(g.counter.reads, 2);
    g.clk.max_tries = 7;
    assert_int_equal(vmclock_steer_now(&g.steer, &reading), VMCLOCK_ERR_BUSY);
    assert_int_equal(g.counter.reads, 9);
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &utc), VMCLOCK_ERR_BUSY);
    assert_int_equal(g.counter.reads, 16);
}

/* Where nobody is in the way both forms give the same, quickly and slowly, errors too. */
static void undisturbed_it_is_the_same(void **state)
{
    struct vmclock_steer_reading one, many;
    struct vmclock_utc_reading one_utc, many_utc;
    struct rig g;
    (void)state;
    rig_start_patient(&g);
    MARK(one_utc);
    MARK(many_utc);
    for (int i = 0; i < 3; i++) {
        MARK(one);
        MARK(many);
        g.counter.reads = 0;
        assert_int_equal(vmclock_steer_try_now(&g.steer, &one), 0);
        assert_int_equal(vmclock_steer_now(&g.steer, &many), 0);
        assert_int_equal(g.counter.reads, 2);
        assert_same(&one, &many);
        assert_int_equal(vmclock_steer_try_utc_now(&g.steer, &one_utc), 0);
        assert_int_equal(vmclock_steer_utc_now(&g.steer, &many_utc), 0);
        assert_memory_equal(&one_utc, &many_utc, sizeof one_utc);
        g.counter.value += GHZ / 3;
        if (i)
            put(&g, AT_GENERATION, 8, 1);
    }
    put(&g, AT_MARKER, 8, 99);
    assert_int_equal(vmclock_steer_try_now(&g.steer, &one), VMCLOCK_ERR_DISRUPTED);
    assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &(struct vmclock_steer_config){0, 1}), 0);
    assert_int_equal(vmclock_steer_try_now(&g.steer, &one), VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(vmclock_steer_try_utc_now(&g.steer, &one_utc), VMCLOCK_ERR_NO_CLOCK);
}

/* The clock's own lock is taken and given back in a look, as an update in it would. */
static void update(struct test_counter *counter)
{
    struct rig *g = counter->page;
    g->steer.seq += 2;
}

/* What a quick look was disturbed in is looked at slowly: page, or clock. */
static void a_quick_look_that_was_disturbed(void **state)
{
    static void (*const disturbers[])(struct test_counter *) = {change, update};
    struct vmclock_steer_reading before, r;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rig g;
        rig_start_patient(&g);
        before = now(&g);
        g.counter.reads = 0;
        g.counter.quiet_after = 1;
        g.counter.on_read = disturbers[i];
        r = now(&g);
        assert_int_equal(g.counter.reads, 2);
        assert_int_equal(r.update_due, i == 0);
        r.update_due = 0;
        assert_same(&r, &before);
    }
}

/* A publisher that forgot to count: its new parameters are seen all the same. */
static void parameters_that_changed_without_a_count(void **state)
{
    struct rig g;
    (void)state;
    rig_start_patient(&g);
    assert_int_equal(now(&g).update_due, 0);
    page_put(g.page.bytes, AT_REF_COUNTER, 8, REF + 1);
    assert_int_equal(now(&g).update_due, 1);
}

/* The earliest end goes back with each tick, which no line of the quick way does. */
static void an_error_rate_above_the_period(void **state)
{
    struct vmclock_reading page;
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_PERIOD_MAXERROR, 8, GHZ_PERIOD + GHZ_PERIOD / 2);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    for (int i = 0; i < 3; i++) {
        g.counter.value += GHZ;
        r = now(&g);
        assert_int_equal(vmclock_now(&g.clk, &page), 0);
        assert_time(&r.earliest, page.earliest.sec, page.earliest.frac64);
        assert_time(&r.latest, page.latest.sec, page.latest.frac64);
    }
}

/* What its field says is nothing then, and so no reason to be slow. */
static void an_error_rate_that_is_not_there(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_PERIOD_MAXERROR, 8, UINT64_MAX);
    put(&g, AT_FLAGS, 8, ALL_FLAGS & ~(uint64_t)VMCLOCK_HAVE_PERIOD_MAXERROR);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_true(g.steer.window_ticks > GHZ);
    assert_int_equal(now(&g).bound_kind, VMCLOCK_BOUND_NONE);
}

/* What a quick look says of it, after a slow one has said the same. */
static int converged(struct rig *g)
{
    struct vmclock_utc_reading utc;
    assert_int_equal(vmclock_steer_utc_now(&g->steer, &utc), 0);
    assert_int_equal(now(g).converged, utc.converged);
    return utc.converged;
}

/* 977 us less 500 us a second, and an interval of 100 us and 114 more a second: they meet after 1.43 s. */
static void it_converges_before_the_segments_end(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_FRAC, 8, UINT64_C(1) << 54);
    put(&g, AT_MAXERROR, 8, 100000);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    assert_true(g.steer.slew_ticks > GHZ * 19 / 10 && g.steer.window_ticks > 3 * GHZ);
    for (uint64_t tenths = 0; tenths < 30; tenths++) {
        g.counter.value = REF + GHZ / 10 * tenths;
        assert_int_equal(converged(&g), tenths > 14);
    }
}

/* The clock is the only time in the interval. */
static void a_reference_without_an_error(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_MAXERROR, 8, 0);
    put(&g, AT_PERIOD_MAXERROR, 8, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_int_equal(converged(&g), 1);
    g.counter.value += GHZ;
    assert_int_equal(converged(&g), 1);
}

/* One that is in use: nothing of its epoch is left, at the very moment that was its start. */
static void a_second_init_ends_the_epoch(void **state)
{
    const struct vmclock_steer_config config = {0, PPM * 1000};
    struct vmclock_steer_reading reading;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    now(&g);
    assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &config), 0);
    assert_int_equal(vmclock_steer_now(&g.steer, &reading), VMCLOCK_ERR_NO_CLOCK);
    g.counter.value++;
    assert_int_equal(vmclock_steer_now(&g.steer, &reading), VMCLOCK_ERR_NO_CLOCK);
}

/* By the CPU's own counter, whose quick way is another. */
static void by_the_cpus_counter(void **state)
{
    const struct vmclock_steer_config config = {0, PPM * 1000};
    struct vmclock_steer_reading one, two, three;
    struct vmclock_snapshot snapshot;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    if (vmclock_open(&g.clk, &g.page, sizeof g.page) || g.clk.counter.counter_id != 1) {
        skip(); /* a page of another CPU's counter is of no use here */
        return;
    }
    g.clk.max_tries = UINT32_MAX;
    assert_int_equal(vmclock_take_snapshot(&g.clk, &snapshot), 0);
    put(&g, AT_REF_COUNTER, 8, snapshot.counter);
    assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &config), 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_int_equal(vmclock_steer_now(&g.steer, &one), 0);
    assert_int_equal(vmclock_steer_try_now(&g.steer, &two), 0);
    assert_int_equal(vmclock_steer_now(&g.steer, &three), 0);
    assert_true(vmclock_time_compare(&one.time, &two.time) <= 0);
    assert_true(vmclock_time_compare(&two.time, &three.time) <= 0);
    if (g.steer.quick_page) { /* a CPU with RDTSCP; another one's counter may be before the start */
        unsigned looks = 1000;
        page_put(g.page.bytes, AT_MAGIC, 4, 0); /* which a copy would find */
        while (looks && vmclock_steer_now(&g.steer, &one))
            looks--;
        assert_true(looks);
    }
    g.steer.seq |= 1;
    assert_int_equal(vmclock_steer_try_now(&g.steer, &one), VMCLOCK_ERR_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_update_is_told_readers_find),
        cmocka_unit_test(a_refused_calibration_is_none),
        cmocka_unit_test(a_handler_in_the_updater_is_told_at_once),
        cmocka_unit_test(a_page_in_update_is_busy_at_once),
        cmocka_unit_test(one_try_is_one_look),
        cmocka_unit_test(undisturbed_it_is_the_same),
        cmocka_unit_test(a_quick_look_that_was_disturbed),
        cmocka_unit_test(parameters_that_changed_without_a_count),
        cmocka_unit_test(an_error_rate_above_the_period),
        cmocka_unit_test(an_error_rate_that_is_not_there),
        cmocka_unit_test(it_converges_before_the_segments_end),
        cmocka_unit_test(a_reference_without_an_error),
        cmocka_unit_test(a_second_init_ends_the_epoch),
        cmocka_unit_test(by_the_cpus_counter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
