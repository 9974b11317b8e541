/* SPDX-License-Identifier: BSD-2-Clause */
/* The steered clock: its law, what ends an epoch, its axis, and that the quick way is the slow one. */
#include "tests/unit/steer/rig.h"

/* Own minus reference, in 2^-64 s; the reference from the page as it is. */
static int64_t ahead_of_page(struct rig *g, uint64_t ticks)
{
    struct vmclock_steer_reading own;
    struct vmclock_reading page;
    struct vmclock_time ahead;
    g->counter.value = REF + ticks;
    own = now(g);
    assert_int_equal(vmclock_now(&g->clk, &page), 0);
    assert_int_equal(vmclock_time_subtract(&own.time, &page.time, &ahead), 0);
    assert_in_range(ahead.sec + 1, 0, 1);
    return (int64_t)(ahead.frac64 / 2) + (ahead.sec < 0 ? INT64_MIN : 0); /* 2^-63 s */
}

#define FRAC63(ns) ((int64_t)(9223372036.854775 * (ns)))
static void without_an_epoch_there_is_no_clock(void **state)
{
    struct vmclock_steer_config config = {0, 0};
    struct vmclock_steer_reading reading;
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    MARK(reading);
    MARK(utc);
    assert_int_equal(vmclock_steer_now(&g.steer, &reading), VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &utc), VMCLOCK_ERR_NO_CLOCK);
    ASSERT_UNTOUCHED(reading);
    ASSERT_UNTOUCHED(utc);
    assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &config), VMCLOCK_ERR_ARGUMENT);
    config.rate_ppb = 100000001;
    assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &config), VMCLOCK_ERR_ARGUMENT);
    config.rate_ppb--;
    assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &config), 0);
    put(&g, AT_STATUS, 1, 4);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(vmclock_steer_now(&g.steer, &reading), VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_UNSYNCHRONISED);
}

static void an_epoch_starts_at_the_reference(void **state)
{
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    r = now(&g);
    assert_time(&r.time, TAI_2017, 0);
    assert_int_equal(r.time_type, VMCLOCK_TIME_TYPE_TAI);
    assert_int_equal(r.epoch, 1);
    assert_int_equal(r.converged, 1);
    assert_int_equal(r.update_due, 0);
    assert_int_equal(r.bound_by, VMCLOCK_BOUND_BY_PAGE);
    assert_int_equal(r.bound_kind, VMCLOCK_BOUND_MAXIMUM);
    assert_int_equal(r.clock_status, VMCLOCK_CLOCK_STATUS_SYNCHRONIZED);
    for (uint64_t ticks = 0; ticks < 100 * GHZ; ticks += GHZ * 10 / 3)
        ASSERT_NEAR(ahead_of_page(&g, ticks), 0, 2);
}

/* What is left at a segment's end, less than one tick corrects, is in the interval when that is wider. */
static void a_rest_converges_past_the_segment(void **state)
{
    struct rig g;
    (void)state;
    for (uint64_t i = 0; i < 10; i++) {
        rig_start(&g, 0);
        put(&g, AT_MAXERROR, 8, 0);
        assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
        put(&g, AT_FRAC, 8, (UINT64_C(1) << 54) + i * 1000000); /* 1 ms, in 2 s */
        put(&g, AT_PERIOD_MAXERROR, 8, UINT64_C(1) << 19);
        assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
        g.counter.value = REF + GHZ;
        assert_int_equal(now(&g).converged, 0);
        g.counter.value = REF + 100 * GHZ;
        assert_int_equal(now(&g).converged, 1);
    }
}

/* Ahead by 1 ms: 500 ppm take 2 s; behind by 100 us, below 500 ppm of a second: 1 s. */
static void offsets_are_slewed_away(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_REF_COUNTER, 8, REF + 1000000);
    ASSERT_NEAR(ahead_of_page(&g, 0), FRAC63(1000000), 100000);
    assert_int_equal(now(&g).update_due, 1);
    assert_int_equal(now(&g).converged, 0);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    assert_int_equal(now(&g).update_due, 0);
    ASSERT_NEAR(ahead_of_page(&g, 0), FRAC63(1000000), 100000);
    ASSERT_NEAR(ahead_of_page(&g, GHZ), FRAC63(500000), 100000);
    assert_int_equal(now(&g).converged, 0);
    ASSERT_NEAR(ahead_of_page(&g, GHZ * 19 / 10), FRAC63(50000), 100000);
    assert_int_equal(now(&g).converged, 1); /* within 57 us */
    ASSERT_NEAR(ahead_of_page(&g, 2 * GHZ), 0, 10000);
    ASSERT_NEAR(ahead_of_page(&g, 2000 * GHZ), 0, 10000);

    g.counter.value = REF;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_REF_COUNTER, 8, REF - 100000);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    ASSERT_NEAR(ahead_of_page(&g, 0), -FRAC63(100000), 1000000);
    ASSERT_NEAR(ahead_of_page(&g, GHZ / 2), -FRAC63(50000), 1000000);
    ASSERT_NEAR(ahead_of_page(&g, GHZ + 2), 0, 10000);
    ASSERT_NEAR(ahead_of_page(&g, 3 * GHZ), 0, 10000);
}

/* A tick of 2^-30 s, 2^-14 s to go: each tick corrects 2^-44 s, and the second's last one ends it. */
static void a_small_offset_takes_just_a_second(void **state)
{
    const int64_t tick_63 = INT64_C(1) << (63 - 44);
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_SHIFT, 1, 0);
    put(&g, AT_PERIOD, 8, UINT64_C(1) << 34);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_FRAC, 8, UINT64_C(1) << 50);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    assert_true(ahead_of_page(&g, 0) == -(tick_63 << 30));
    assert_true(ahead_of_page(&g, (UINT64_C(1) << 30) - 1) == -tick_63);
    assert_true(ahead_of_page(&g, UINT64_C(1) << 30) == 0);
    assert_true(ahead_of_page(&g, UINT64_C(1) << 31) == 0);
    /* And one that is less than a unit of the page's a tick. */
    put(&g, AT_FRAC, 8, (UINT64_C(1) << 50) + (1 << 20));
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    assert_true(ahead_of_page(&g, UINT64_C(1) << 31) == -(1 << 19));
    assert_true(ahead_of_page(&g, UINT64_C(3) << 30) == 0);
}

/* Within a second after each update, so that segments are cut short, at whatever the page says. */
static void never_backwards(void **state)
{
    struct vmclock_steer_reading last, r;
    struct rig g;
    uint32_t random = 1;
    unsigned turns = 0;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    last = now(&g);
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525 + 1013904223;
        g.counter.value += random % 3 ? random >> 28 : random;
        if (random % 7 == 0)
            put(&g, AT_REF_COUNTER, 8, REF + (random >> 8));
        if (random % 5 == 0) {
            assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
            turns++;
        }
        if (random % 11 == 0)
            g.counter.value -= random >> 30; /* another CPU */
        r = now(&g);
        assert_true(vmclock_time_compare(&last.time, &r.time) <= 0);
        last = r;
    }
    assert_true(turns > 3000);
}

/* The reference's interval, whether by lines or by the page as it is. */
static void intervals_are_the_references(void **state)
{
    struct rig g;
    uint32_t random = 7;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    for (int i = 0; i < 2000; i++) {
        struct vmclock_steer_reading r;
        struct vmclock_reading page;
        random = random * 1664525 + 1013904223;
        g.counter.value += random;
        if (random % 5 == 0)
            put(&g, AT_FRAC, 8, (uint64_t)random << 20);
        if (random % 7 == 0)
            put(&g, AT_SHIFT, 1, random % 4 ? GHZ_SHIFT : GHZ_SHIFT + 1);
        if (random % 3 == 0)
            assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
        r = now(&g);
        assert_int_equal(vmclock_now(&g.clk, &page), 0);
        assert_time(&r.earliest, page.earliest.sec, page.earliest.frac64);
        assert_time(&r.latest, page.latest.sec, page.latest.frac64);
        assert_true(r.counter == page.counter);
        assert_int_equal(r.converged, vmclock_time_compare(&r.earliest, &r.time) <= 0 &&
                                          vmclock_time_compare(&r.time, &r.latest) <= 0);
    }
}

static void quickly_means_one_counter_read_and_no_copy(void **state)
{
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value = REF + 3600 * GHZ;
    g.counter.reads = 0;
    g.page.bytes[AT_SEC] ^= 1; /* not looked at while seq is what it was */
    now(&g);
    assert_int_equal(g.counter.reads, 1);
    g.clk.max_age_sec = 100;
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_STALE);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_STALE);
    g.counter.value = REF;
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    now(&g);
    g.counter.value = REF + 100 * GHZ + GHZ / 2;
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_STALE);
}

static void a_disruption_ends_the_epoch(void **state)
{
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    page_put(g.page.bytes, AT_MARKER, 8, 99); /* even with the count as it was */
    MARK(r);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_DISRUPTED);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_DISRUPTED);
    put(&g, AT_MARKER, 8, 0x1122334455667788);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_DISRUPTED);
    ASSERT_UNTOUCHED(r);
    put(&g, AT_SEC, 8, (uint64_t)TAI_2017 - 50);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    r = now(&g);
    assert_time(&r.time, TAI_2017 - 50, 0);
    assert_int_equal(r.epoch, 2);
}

static void too_far_is_the_callers_decision(void **state)
{
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 1000000000);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_SEC, 8, (uint64_t)TAI_2017 + 1);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0); /* 1 s is not above 1 s */
    put(&g, AT_FRAC, 8, 1);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_TOO_FAR);
    MARK(r);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_TOO_FAR);
    ASSERT_UNTOUCHED(r);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_TOO_FAR);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    r = now(&g);
    assert_time(&r.time, TAI_2017 + 1, 1);
    put(&g, AT_SEC, 8, (uint64_t)TAI_2017 - 1);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_TOO_FAR);
}

static void an_update_that_fails_changes_nothing(void **state)
{
    struct vmclock_steer_reading before, r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value += 12345;
    before = now(&g);
    put(&g, AT_STATUS, 1, 4);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_UNSYNCHRONISED);
    put(&g, AT_STATUS, 1, 3);
    r = now(&g);
    assert_time(&r.time, before.time.sec, before.time.frac64);
    assert_int_equal(r.clock_status, 3);
    page_put(g.page.bytes, AT_SEQ, 4, 1);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_BUSY);
    page_put(g.page.bytes, AT_SEQ, 4, 2);
    g.steer.seq |= 1; /* an updater that lost its CPU */
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &(struct vmclock_utc_reading){0}),
                     VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    now(&g);
}

static void by_a_calibrated_snapshot(void **state)
{
    struct vmclock_snapshot calibrated = good_snapshot();
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    calibrated.bound_by = VMCLOCK_BOUND_BY_DRIVERS + 1;
    calibrated.ref_frac64 = 0;
    put(&g, AT_COUNTER_ID, 1, 0xff);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, &calibrated), 0);
    r = now(&g);
    assert_time(&r.time, TAI_2017, 0);
    assert_int_equal(r.bound_by, VMCLOCK_BOUND_BY_DRIVERS + 1);
    put(&g, AT_GENERATION, 8, 1); /* the page changes, but not what the clock goes by */
    r = now(&g);
    assert_int_equal(r.update_due, 1);
    assert_int_equal(r.bound_by, VMCLOCK_BOUND_BY_DRIVERS + 1);
    calibrated.disruption_marker++;
    assert_int_equal(vmclock_steer_update(&g.steer, &calibrated), VMCLOCK_ERR_DISRUPTED);
    now(&g); /* it was the calibration that is of another time, not the epoch */
    put(&g, AT_MARKER, 8, calibrated.disruption_marker);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_DISRUPTED);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, &calibrated), 0);
    now(&g);
}

static void periods_at_the_borders(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_SHIFT, 1, 0);
    put(&g, AT_PERIOD, 8, UINT64_C(1) << 63); /* 2 Hz */
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_RANGE);
    put(&g, AT_PERIOD, 8, (UINT64_C(1) << 63) - 1);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_SHIFT, 1, 200);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_RANGE);
    put(&g, AT_SHIFT, 1, 65);
    put(&g, AT_PERIOD, 8, UINT64_MAX);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    now(&g);
    put(&g, AT_FLAGS, 8, 1); /* no bound: the whole axis */
    put(&g, AT_SEC, 8, 1000);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_true(now(&g).earliest.sec == INT64_MIN && now(&g).latest.sec == INT64_MAX);
    assert_int_equal(now(&g).converged, 1);
}

/* At the farthest time that an update takes, lines lead on for as many ticks as are allowed. */
static void the_farthest_times(void **state)
{
    const uint64_t most = (uint64_t)VMCLOCK_STEER_SEC_MAX;
    struct vmclock_steer_reading last, r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_FLAGS, 8, 0); /* no bound: no interval that would not fit */
    put(&g, AT_SHIFT, 1, 0);
    put(&g, AT_PERIOD, 8, (UINT64_C(1) << 63) - 1);
    put(&g, AT_SEC, 8, most + 1);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_RANGE);
    put(&g, AT_SEC, 8, most);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_SEC, 8, most + 1);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_RANGE);
    put(&g, AT_SEC, 8, most);
    last = now(&g);
    for (unsigned bits = 0; bits < 63; bits++) {
        g.counter.value = REF + (UINT64_C(1) << bits) - 1;
        r = now(&g);
        assert_true(vmclock_time_compare(&last.time, &r.time) <= 0);
        last = r;
    }
    assert_true(last.time.sec == (int64_t)(most + most - 1));
    g.counter.value++;
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_RANGE);
    put(&g, AT_SEC, 8, 0);
    g.counter.value = REF - (UINT64_C(1) << 62);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_true(now(&g).time.sec == -VMCLOCK_STEER_SEC_MAX);
    g.counter.value -= 4;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_epoch_there_is_no_clock),
        cmocka_unit_test(a_small_offset_takes_just_a_second),
        cmocka_unit_test(an_epoch_starts_at_the_reference),
        cmocka_unit_test(a_rest_converges_past_the_segment),
        cmocka_unit_test(offsets_are_slewed_away),
        cmocka_unit_test(never_backwards),
        cmocka_unit_test(intervals_are_the_references),
        cmocka_unit_test(quickly_means_one_counter_read_and_no_copy),
        cmocka_unit_test(a_disruption_ends_the_epoch),
        cmocka_unit_test(too_far_is_the_callers_decision),
        cmocka_unit_test(an_update_that_fails_changes_nothing),
        cmocka_unit_test(by_a_calibrated_snapshot),
        cmocka_unit_test(periods_at_the_borders),
        cmocka_unit_test(the_farthest_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
