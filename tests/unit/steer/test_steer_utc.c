/* SPDX-License-Identifier: BSD-2-Clause */
/* UTC by a steered clock: its time, the reference's interval, the rule and the epoch of one moment. */
#include "tests/unit/steer/rig.h"

static struct vmclock_utc_reading utc_now(struct rig *g)
{
    struct vmclock_utc_reading utc;
    MARK(utc);
    assert_int_equal(vmclock_steer_utc_now(&g->steer, &utc), 0);
    return utc;
}

/* What vmclock_steer_now gives at the same counter value is in it. */
static void assert_reading(struct rig *g, const struct vmclock_utc_reading *utc)
{
    const struct vmclock_steer_reading r = now(g);
    assert_memory_equal(&utc->utc.instant, &r.time, sizeof r.time);
    assert_memory_equal(&utc->earliest.instant, &r.earliest, sizeof r.time);
    assert_memory_equal(&utc->latest.instant, &r.latest, sizeof r.time);
    assert_true(utc->counter == r.counter);
    assert_int_equal(utc->epoch, r.epoch);
    assert_int_equal(utc->time_type, r.time_type);
    assert_int_equal(utc->bound_kind, r.bound_kind);
    assert_int_equal(utc->bound_by, r.bound_by);
    assert_int_equal(utc->clock_status, r.clock_status);
    assert_int_equal(utc->converged, r.converged);
    assert_int_equal(utc->update_due, r.update_due);
}

static void all_of_one_moment(void **state)
{
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value += GHZ / 4;
    g.counter.reads = 0;
    utc = utc_now(&g);
    assert_int_equal(g.counter.reads, 1);
    assert_reading(&g, &utc);
    assert_int_equal(utc.epoch, 1);
    assert_int_equal(utc.converged, 1);
    assert_int_equal(utc.update_due, 0);
    assert_int_equal(utc.seq, g.seq);
    assert_true(utc.utc.posix_sec == SEC_2017);
    assert_int_equal(utc.utc.year, 2017);
    assert_true(utc.tai.sec == TAI_2017);
    assert_int_equal(utc.tai_minus_utc_sec, 37);
    assert_true(utc.disruption_marker == UINT64_C(0x1122334455667788));
    assert_true(utc.generation_known && utc.generation == UINT64_C(0x99aabbccddeeff01));
    assert_int_equal(utc.disruption, VMCLOCK_DISRUPTION_IMMINENT);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_int_equal(utc_now(&g).epoch, 2);
}

/* While it is slewed, the clock lies outside of the interval, and says so. */
static void slewing_is_said(void **state)
{
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_SEC, 8, (uint64_t)TAI_2017 + 5);
    utc = utc_now(&g);
    assert_reading(&g, &utc);
    assert_int_equal(utc.update_due, 1);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    utc = utc_now(&g);
    assert_reading(&g, &utc);
    assert_int_equal(utc.converged, 0);
    assert_int_equal(utc.utc.second, 0);
    assert_int_equal(utc.earliest.second, 4);
    assert_int_equal(utc.latest.second, 5);
}

/*
 * The page becomes one of UTC, 37 s away from its axis, which knows of another leap second: no update of
 * the clock has seen it, and yet labels and times fit together.
 */
static void a_page_that_changed_brings_its_own_rule(void **state)
{
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
    put(&g, AT_TAI_OFFSET, 2, 36);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017 - 10 + 36);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_PRE_POS);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017 - 10);
    g.counter.value += 10 * GHZ + GHZ / 2;
    utc = utc_now(&g);
    assert_reading(&g, &utc);
    assert_int_equal(utc.time_type, VMCLOCK_TIME_TYPE_TAI);
    assert_true(utc.utc.instant.sec == SEC_2017 + 36);
    assert_int_equal(utc.utc.second, 60);
    assert_int_equal(utc.earliest.second, 60);
    assert_true(utc.tai.sec == SEC_2017 + 36);
    assert_int_equal(utc.tai_minus_utc_sec, 37);
    assert_int_equal(utc.update_due, 1);
}

/* By a calibration: leap seconds are what it said; generation and what is announced are the page's. */
static void by_a_calibrated_snapshot(void **state)
{
    struct vmclock_snapshot calibrated = good_snapshot();
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_COUNTER_ID, 1, 0xff);
    put(&g, AT_FLAGS, 8, 0x102);
    put(&g, AT_GENERATION, 8, 4711);
    calibrated.time_type = VMCLOCK_TIME_TYPE_UTC;
    calibrated.have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_PERIOD_MAXERROR;
    calibrated.bound_by = VMCLOCK_BOUND_BY_CALLER;
    calibrated.ref_sec = (uint64_t)SEC_2017;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, &calibrated), 0);
    utc = utc_now(&g);
    assert_reading(&g, &utc);
    assert_int_equal(utc.bound_by, VMCLOCK_BOUND_BY_CALLER);
    assert_int_equal(utc.time_type, VMCLOCK_TIME_TYPE_UTC);
    assert_true(utc.utc.posix_sec == SEC_2017);
    assert_int_equal(utc.tai_error, VMCLOCK_ERR_TAI_OFFSET);
    assert_true(utc.generation_known && utc.generation == 4711);
    assert_int_equal(utc.disruption, VMCLOCK_DISRUPTION_SOON);
    put(&g, AT_FLAGS, 8, 0);
    utc = utc_now(&g);
    assert_true(!utc.generation_known && utc.generation == 0);
    assert_int_equal(utc.disruption, VMCLOCK_DISRUPTION_NONE);
    assert_int_equal(utc.seq, g.seq);
}

/* By lines that stand still, where nothing bounds it; and quickly: the page is not copied. */
static void without_a_bound(void **state)
{
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_FLAGS, 8, ALL_FLAGS & ~0x40u);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    page_put(g.page.bytes, AT_MAGIC, 4, 0); /* which a copy would find */
    for (unsigned i = 0; i < 3; i++) {
        r = now(&g);
        assert_int_equal(r.bound_kind, VMCLOCK_BOUND_NONE);
        assert_int_equal(r.converged, 1);
        assert_time(&r.earliest, INT64_MIN, 0);
        assert_time(&r.latest, INT64_MAX, UINT64_MAX);
        assert_true(r.time.sec == TAI_2017 + i);
        g.counter.value += GHZ + 10;
    }
}

static void without_an_epoch_of_utc(void **state)
{
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_MONOTONIC);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    utc = utc_now(&g);
    assert_reading(&g, &utc);
    assert_int_equal(utc.utc.error, VMCLOCK_ERR_NO_EPOCH);
    assert_int_equal(utc.earliest.error, VMCLOCK_ERR_NO_EPOCH);
    assert_int_equal(utc.tai_error, VMCLOCK_ERR_NO_EPOCH);
}

static void assert_error(struct rig *g, int error)
{
    struct vmclock_utc_reading utc;
    MARK(utc);
    assert_int_equal(vmclock_steer_utc_now(&g->steer, &utc), error);
    assert_int_equal(vmclock_steer_try_utc_now(&g->steer, &utc), error);
    ASSERT_UNTOUCHED(utc);
}

static void errors_are_those_of_the_clock(void **state)
{
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 1000);
    assert_error(&g, VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    page_put(g.page.bytes, AT_SEQ, 4, g.seq + 1);
    assert_error(&g, VMCLOCK_ERR_BUSY);
    page_put(g.page.bytes, AT_SEQ, 4, g.seq);
    MARK(utc);
    assert_int_equal(vmclock_steer_try_utc_now(&g.steer, &utc), 0);
    assert_reading(&g, &utc);
    g.steer.seq |= 1; /* an update that goes on */
    assert_error(&g, VMCLOCK_ERR_BUSY);
    g.steer.seq++;
    put(&g, AT_SEC, 8, (uint64_t)TAI_2017 + 5);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_TOO_FAR);
    assert_error(&g, VMCLOCK_ERR_TOO_FAR);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_MARKER, 8, 5);
    assert_error(&g, VMCLOCK_ERR_DISRUPTED);
}

/* The page goes to the other axis, 37 s away, with the same true time: once, while a call reads the counter. */
static void change_axis(struct test_counter *counter)
{
    struct rig *g = counter->page;
    const int was_utc = g->page.bytes[AT_TIME_TYPE] == VMCLOCK_TIME_TYPE_UTC;
    page_put(g->page.bytes, AT_TIME_TYPE, 1,
             was_utc ? VMCLOCK_TIME_TYPE_TAI : VMCLOCK_TIME_TYPE_UTC);
    put(g, AT_SEC, 8, (uint64_t)(was_utc ? TAI_2017 : SEC_2017));
}

static struct rig *in_the_next_call(struct rig *g)
{
    g->counter.reads = 0;
    g->counter.quiet_after = 1;
    return g;
}

/* By its own rule, whoever keeps the reading: nothing of another moment is looked at. */
static void assert_own_moment(const struct vmclock_utc_reading *utc)
{
    const struct vmclock_smear_shape strict = {0, 0, 0};
    struct vmclock_smeared smeared;
    struct vmclock_utc label;
    assert_int_equal(vmclock_smear_utc(utc, &strict, &smeared), 0);
    assert_true(smeared.time.sec == SEC_2017);
    assert_int_equal(vmclock_raw_axis_to_utc(&utc->leap, &utc->utc.instant, &label), 0);
    assert_true(label.posix_sec == SEC_2017);
}

static void assert_truth(const struct vmclock_utc_reading *utc)
{
    assert_own_moment(utc);
    assert_int_equal(utc->utc.error, 0);
    assert_true(utc->utc.posix_sec == SEC_2017);
    assert_true(utc->earliest.posix_sec == SEC_2017 && utc->latest.posix_sec == SEC_2017);
    assert_true(utc->tai.sec == TAI_2017);
    assert_int_equal(utc->tai_minus_utc_sec, 37);
}

static int64_t posix_by(const struct vmclock_snapshot *snapshot, const struct vmclock_time *time)
{
    struct vmclock_leap rule;
    struct vmclock_utc utc;
    assert_int_equal(vmclock_leap_rule(snapshot, &rule), 0);
    assert_int_equal(vmclock_raw_axis_to_utc(&rule, time, &utc), 0);
    return utc.posix_sec;
}

/* What goes wrong by raw calls, with a time and a rule of two moments, is of one in each call for UTC. */
static void time_and_rule_are_not_mixed(void **state)
{
    struct vmclock_clamp clamp, steer_clamp;
    struct vmclock_utc_reading utc;
    struct vmclock_reading reading;
    struct vmclock_snapshot snapshot;
    struct vmclock_reader reader;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    vmclock_reader_init(&reader, &g.clk);
    vmclock_clamp_init(&clamp, 0);
    vmclock_clamp_init(&steer_clamp, 0);
    g.counter.page = &g;
    g.counter.value += GHZ / 4;
    g.counter.on_read = change_axis;
    for (int i = 0; i < 4; i++) {
        const int64_t off_sec = i % 2 ? -37 : 37;
        assert_int_equal(vmclock_now(&in_the_next_call(&g)->clk, &reading), 0);
        assert_int_equal(vmclock_take_snapshot(&in_the_next_call(&g)->clk, &snapshot), 0);
        assert_true(posix_by(&snapshot, &reading.time) == SEC_2017 - off_sec);
        assert_int_equal(vmclock_utc_now(&in_the_next_call(&g)->clk, &utc), 0);
        assert_truth(&utc);
        in_the_next_call(&g);
        assert_int_equal(vmclock_reader_utc_now(&reader), 0);
        assert_truth(&reader.utc);
        in_the_next_call(&g);
        assert_int_equal(vmclock_reader_now(&reader), 0);
        assert_true(posix_by(&reader.snapshot, &reader.reading.time) == SEC_2017);
        assert_int_equal(vmclock_steer_utc_now(&in_the_next_call(&g)->steer, &utc), 0);
        assert_truth(&utc);
        assert_int_equal(vmclock_clamp_utc_now(&clamp, &in_the_next_call(&g)->clk, &utc), 0);
        assert_truth(&utc);
        assert_int_equal(
            vmclock_clamp_steer_utc_now(&steer_clamp, &in_the_next_call(&g)->steer, &utc), 0);
        assert_truth(&utc);
        change_axis(&g.counter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_one_moment),
        cmocka_unit_test(slewing_is_said),
        cmocka_unit_test(a_page_that_changed_brings_its_own_rule),
        cmocka_unit_test(by_a_calibrated_snapshot),
        cmocka_unit_test(without_a_bound),
        cmocka_unit_test(without_an_epoch_of_utc),
        cmocka_unit_test(errors_are_those_of_the_clock),
        cmocka_unit_test(time_and_rule_are_not_mixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
