/* SPDX-License-Identifier: BSD-2-Clause */
/* The steered clock where numbers end: offsets that take centuries, ages of a second, years far away. */
#include "tests/unit/steer/rig.h"

static void assert_no_reading(struct rig *g, int error)
{
    struct vmclock_steer_reading reading;
    MARK(reading);
    assert_int_equal(vmclock_steer_now(&g->steer, &reading), error);
    ASSERT_UNTOUCHED(reading);
}

/* A billionth of a thousand seconds: 2^62 ticks, in which the clock is shown at all, are too few. */
static void an_offset_for_centuries(void **state)
{
    const struct vmclock_steer_config config = {0, 1};
    const uint64_t sec_max = (UINT64_C(1) << 61) / GHZ;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_PERIOD_MAXERROR, 8, 0);
    assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &config), 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_SEC, 8, TAI_2017 - 1000);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    for (uint64_t sec = 0; sec < sec_max; sec += sec_max / 7) {
        struct vmclock_steer_reading r;
        struct vmclock_time went;
        const struct vmclock_time start = {TAI_2017, 0};
        int64_t slowed_ns;
        g.counter.value = REF + sec * GHZ;
        r = now(&g);
        assert_int_equal(r.converged, 0);
        assert_int_equal(vmclock_time_subtract(&r.time, &start, &went), 0);
        went.sec -= (int64_t)sec;
        assert_int_equal(vmclock_time_to_ns_floor(&went, &slowed_ns), 0);
        ASSERT_NEAR(slowed_ns, -(int64_t)sec, 2 + (int64_t)sec / 1000000);
    }
    g.counter.value = REF + (UINT64_C(1) << 62);
    assert_no_reading(&g, VMCLOCK_ERR_RANGE);
}

/* No line is good for as long as a tick; the page is asked each time. */
static void an_age_of_a_second(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    g.clk.max_age_sec = 1;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value = REF + GHZ / 2;
    assert_int_equal(now(&g).converged, 1);
    g.counter.value = REF + GHZ - 1;
    assert_int_equal(now(&g).converged, 1);
    g.counter.value = REF + GHZ + 1;
    assert_no_reading(&g, VMCLOCK_ERR_STALE);
}

/* An update 2^62 ticks after the last one finds no own time to go on from. */
static void updated_too_late(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value = REF + (UINT64_C(1) << 62) - 1;
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    g.counter.value += UINT64_C(1) << 62;
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_RANGE);
    assert_no_reading(&g, VMCLOCK_ERR_RANGE);
}

/* The last second that a clock may show, reached by its own pace: the reference is still before it. */
static void own_time_beyond_the_end(void **state)
{
    struct rig g;
    (void)state;
    for (uint64_t past_sec = 10; past_sec < 12; past_sec++) {
        rig_start(&g, 0);
        put(&g, AT_SEC, 8, (uint64_t)VMCLOCK_STEER_SEC_MAX - 10);
        assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
        g.counter.value += past_sec * GHZ + 10;
        put(&g, AT_SEC, 8, (uint64_t)VMCLOCK_STEER_SEC_MAX - 20);
        assert_int_equal(vmclock_steer_update(&g.steer, NULL),
                         past_sec == 10 ? 0 : VMCLOCK_ERR_RANGE);
    }
}

/* Where neither UTC nor TAI is told any more. */
static void a_reference_at_the_end_of_the_axis(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_SEC, 8, INT64_MAX - 1000);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_RANGE);
    assert_no_reading(&g, VMCLOCK_ERR_NO_CLOCK);
}

/*
 * A clock on UTC, in 1970; then the page tells TAI, by 37 s later. Its interval fits the axis by itself, but
 * the earliest end not any more by the clock's.
 */
static void an_interval_that_is_moved_over_the_end(void **state)
{
    struct vmclock_reading page;
    struct rig g;
    (void)state;
    for (uint64_t ref_sec = 5; ref_sec <= 105; ref_sec += 100) {
        rig_start(&g, 0);
        put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
        put(&g, AT_FLAGS, 8, ALL_FLAGS & ~(uint64_t)VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID);
        put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
        put(&g, AT_SEC, 8, 0);
        assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
        put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_TAI);
        put(&g, AT_FLAGS, 8, ALL_FLAGS);
        put(&g, AT_SEC, 8, ref_sec);
        put(&g, AT_SHIFT, 1, 0);
        put(&g, AT_PERIOD, 8, 1);
        put(&g, AT_PERIOD_MAXERROR, 8, UINT64_MAX - 2 * ref_sec);
        put(&g, AT_REF_COUNTER, 8, REF + INT64_MAX);
        assert_int_equal(vmclock_now(&g.clk, &page), 0);
        if (ref_sec < 37)
            assert_no_reading(&g, VMCLOCK_ERR_RANGE);
        else
            assert_true(now(&g).earliest.sec == page.earliest.sec - 37);
    }
}

/* Five seconds before 1970, and a page at the end of the axis: they are more than 2^63 s apart. */
static void an_estimate_beyond_the_axis(void **state)
{
    struct vmclock_utc_reading utc;
    struct rig g;
    int64_t ns;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_SEC, 8, 0);
    put(&g, AT_PERIOD_MAXERROR, 8, 0);
    g.counter.value = REF - 5 * GHZ;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_int_equal(now(&g).time.sec, -5);
    put(&g, AT_SEC, 8, INT64_MAX - (UINT64_C(1) << 32) - 10);
    put(&g, AT_REF_COUNTER, 8, REF - 5 * GHZ - ((UINT64_C(1) << 32) + 8) * GHZ);
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &utc), 0);
    assert_int_equal(utc.estimate.known, 1);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &ns), VMCLOCK_ERR_RANGE);
}

/* A tick of 2^-30 s: 7 s are left, so the quick way is for 4, not for 8. */
static void no_quick_reading_is_too_old(void **state)
{
    const uint64_t second = UINT64_C(1) << 30;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_SHIFT, 1, 0);
    put(&g, AT_PERIOD, 8, UINT64_C(1) << 34);
    put(&g, AT_PERIOD_MAXERROR, 8, 0);
    g.clk.max_age_sec = 8;
    g.counter.value = REF + second * 9 / 10;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value = REF + second * 15 / 2;
    now(&g);
    g.counter.value = REF + second * 42 / 5;
    assert_no_reading(&g, VMCLOCK_ERR_STALE);
    g.counter.value = REF;
    for (uint64_t left_sec = 4; left_sec < 6; left_sec++) { /* 4 s are for 2, 5 for 4 */
        g.clk.max_age_sec = left_sec + 1;
        assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
        assert_true(g.steer.window_ticks == second << (left_sec - 3));
    }
    g.clk.max_age_sec = 8;
    g.counter.value = REF + second * 7 / 2; /* 3 s of them are over */
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value = REF + second * 17 / 2;
    assert_no_reading(&g, VMCLOCK_ERR_STALE);
}

/* Ticks of nearly 1/2 s, and an age of up to 2^63 s: the time fits longer than its latest end. */
static void no_quick_reading_has_an_end_beyond_the_axis(void **state)
{
    const uint64_t tick = (UINT64_C(1) << 63) - 1;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_SHIFT, 1, 0);
    put(&g, AT_PERIOD, 8, tick);
    put(&g, AT_PERIOD_MAXERROR, 8, tick);
    put(&g, AT_MAXERROR, 8, UINT64_MAX);
    put(&g, AT_SEC, 8, 0);
    g.clk.max_age_sec = INT64_MAX;
    g.counter.value = REF + (UINT64_C(1) << 62) - 1;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value += UINT64_C(1) << 61;
    assert_true(now(&g).latest.sec > 0);
    g.counter.value = REF + (UINT64_C(1) << 63) - 2;
    assert_no_reading(&g, VMCLOCK_ERR_RANGE);
}

/* By 1 ppb a second takes 10^18 ticks, of which a clock shows 2^62; it is outside of its interval for 100 s. */
static void converged_before_a_slew_of_centuries_ends(void **state)
{
    const struct vmclock_steer_config config = {0, 1};
    (void)state;
    for (uint64_t sec = 1; sec < 20; sec++) {
        struct vmclock_utc_reading utc;
        struct rig g;
        rig_start(&g, 0);
        put(&g, AT_PERIOD_MAXERROR, 8, 0);
        put(&g, AT_MAXERROR, 8, sec * GHZ - 100);
        assert_int_equal(vmclock_steer_init(&g.steer, &g.clk, &config), 0);
        assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
        put(&g, AT_SEC, 8, (uint64_t)TAI_2017 - sec);
        assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
        g.counter.value = REF + 200 * GHZ;
        assert_int_equal(vmclock_steer_utc_now(&g.steer, &utc), 0);
        assert_int_equal(utc.converged, 1);
        assert_int_equal(now(&g).converged, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offset_for_centuries),
        cmocka_unit_test(converged_before_a_slew_of_centuries_ends),
        cmocka_unit_test(an_age_of_a_second),
        cmocka_unit_test(updated_too_late),
        cmocka_unit_test(own_time_beyond_the_end),
        cmocka_unit_test(a_reference_at_the_end_of_the_axis),
        cmocka_unit_test(an_interval_that_is_moved_over_the_end),
        cmocka_unit_test(no_quick_reading_is_too_old),
        cmocka_unit_test(no_quick_reading_has_an_end_beyond_the_axis),
        cmocka_unit_test(an_estimate_beyond_the_axis),
    };
    return cmocka_run_group_tests_name("steer_far", tests, NULL, NULL);
}
