/* SPDX-License-Identifier: BSD-2-Clause */
/* The axis of the steered clock: TAI, or the reference's own; leap seconds are no steps on either. */
#include "tests/unit/steer/rig.h"

/* A UTC page with an offset: TAI goes on across the leap second, whatever its UTC does. */
static void the_axis_is_tai(void **state)
{
    struct vmclock_steer_reading r;
    struct vmclock_utc_reading utc;
    struct rig g;
    (void)state;
    rig_start(&g, 1000000000);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_TAI_OFFSET, 2, 36);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_PRE_POS);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017 - 1);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    r = now(&g);
    assert_time(&r.time, SEC_2017 - 1 + 36, 0);
    assert_true(r.earliest.sec >= SEC_2017 - 3 + 36);
    g.counter.value += GHZ + GHZ / 2; /* 23:59:60.5 */
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &utc), 0);
    assert_true(utc.utc.posix_sec == SEC_2017 - 1 && utc.utc.second == 60);
    /* The next page is from after it: its UTC axis is a second behind the one before. */
    put(&g, AT_TAI_OFFSET, 2, 37);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_POST_POS);
    put(&g, AT_REF_COUNTER, 8, REF + 2 * GHZ);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017);
    g.counter.value = REF + 2 * GHZ;
    r = now(&g);
    assert_int_equal(r.converged, 1);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    ASSERT_NEAR((int64_t)now(&g).time.frac64, 0, 100);
    g.counter.value += 10;
    assert_true(now(&g).time.sec == SEC_2017 + 37);
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &utc), 0);
    assert_true(utc.utc.posix_sec == SEC_2017 && utc.utc.second == 0);
}

/* The clock's time and its labels: UTC and TAI. */
static void assert_labels(struct rig *g, int64_t tai_sec, int64_t posix_sec, int in_leap_second)
{
    const struct vmclock_steer_reading r = now(g);
    struct vmclock_utc_reading utc;
    assert_int_equal(r.time_type, VMCLOCK_TIME_TYPE_TAI);
    assert_int_equal(r.epoch, 1);
    assert_time(&r.time, tai_sec, r.time.frac64);
    assert_int_equal(r.converged, 1);
    assert_int_equal(vmclock_steer_utc_now(&g->steer, &utc), 0);
    assert_int_equal(utc.tai_error, 0);
    assert_time(&utc.tai, tai_sec, r.time.frac64);
    assert_int_equal(utc.utc.error, 0);
    assert_true(utc.utc.posix_sec == posix_sec);
    assert_int_equal(utc.utc.second == 60, in_leap_second);
}

/* From the first second that has a label to the last: on the clock's axis they are 37 s later. */
static void labels_begin_and_end_with_the_references(void **state)
{
    struct vmclock_utc_reading utc;
    struct vmclock_snapshot page;
    struct vmclock_utc label;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &utc), 0);
    assert_int_equal(vmclock_take_snapshot(&g.clk, &page), 0);
    const struct vmclock_leap rule = rule_of(&page);
    for (int64_t sec = -2; sec <= 2; sec++) {
        const struct vmclock_time instants[] = {{rule.known_from_sec + sec + 37, 0},
                                                {rule.known_until_sec + sec + 37, 0}};
        assert_int_equal(vmclock_raw_axis_to_utc(&utc.leap, &instants[0], &label),
                         sec < 0 ? VMCLOCK_ERR_LEAP_HORIZON : 0);
        assert_int_equal(vmclock_raw_axis_to_utc(&utc.leap, &instants[1], &label),
                         sec < 0 ? 0 : VMCLOCK_ERR_LEAP_HORIZON);
    }
}

/* The page as of now, with that reference time and indicator. */
static void put_reference(struct rig *g, int64_t sec, unsigned indicator)
{
    put(g, AT_REF_COUNTER, 8, g->counter.value);
    put(g, AT_SEC, 8, (uint64_t)sec);
    put(g, AT_LEAP, 1, indicator);
}

/*
 * In 23:59:60 a UTC page does not tell TAI, however it counts and whether or not the leap second was
 * announced before; both before and after an update the clock goes on.
 */
static void in_a_leap_second_the_axis_stays_tai(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        const unsigned announced = i & 1;
        struct rig g;
        rig_start(&g, 500000000);
        put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
        put(&g, AT_TAI_OFFSET, 2, 36);
        put_reference(&g, SEC_2017 - 1,
                      announced ? VMCLOCK_LEAP_INDICATOR_PRE_POS : VMCLOCK_LEAP_INDICATOR_NONE);
        assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
        assert_labels(&g, SEC_2017 - 1 + 36, SEC_2017 - 1, 0);
        g.counter.value += GHZ + 10;
        put_reference(&g, i & 2 ? SEC_2017 : SEC_2017 - 1, VMCLOCK_LEAP_INDICATOR_POS);
        assert_true(now(&g).time.sec == SEC_2017 + 36 && now(&g).converged);
        assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
        assert_labels(&g, SEC_2017 + 36, SEC_2017 - 1, 1);
        g.counter.value += GHZ;
        assert_labels(&g, SEC_2017 + 37, SEC_2017, 0);
        put(&g, AT_TAI_OFFSET, 2, 37);
        put_reference(&g, SEC_2017, VMCLOCK_LEAP_INDICATOR_POST_POS);
        assert_true(now(&g).converged);
        assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
        assert_labels(&g, SEC_2017 + 37, SEC_2017, 0);
    }
}

/* A UTC page without its offset, for months: what both know is always enough. */
static void an_offset_that_is_lost_is_not_needed(void **state)
{
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 500000000);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put_reference(&g, SEC_2017, VMCLOCK_LEAP_INDICATOR_POST_POS);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    put(&g, AT_FLAGS, 8, ALL_FLAGS & ~1u);
    for (int64_t days = 0; days < 400; days += 28) {
        if (days)
            put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
        put(&g, AT_SEC, 8, (uint64_t)(SEC_2017 + days * DAY_SEC));
        put(&g, AT_REF_COUNTER, 8, REF + (uint64_t)(days * DAY_SEC) * GHZ);
        g.counter.value = REF + (uint64_t)(days * DAY_SEC) * GHZ + GHZ / 2;
        assert_int_equal(now(&g).converged, 1);
        assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
        assert_labels(&g, TAI_2017 + days * DAY_SEC, SEC_2017 + days * DAY_SEC, 0);
    }
    put(&g, AT_SEC, 8, (uint64_t)(SEC_2017 + 600 * DAY_SEC)); /* no label in common */
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_LEAP_HORIZON);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_MONOTONIC); /* no labels */
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_NO_EPOCH);
}

/* An epoch that begins with nothing known is as it is: its axis is UTC's. */
static void an_epoch_that_begins_in_a_leap_second(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 500000000);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_TAI_OFFSET, 2, 37);
    put_reference(&g, SEC_2017 - 1, VMCLOCK_LEAP_INDICATOR_POS);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    assert_int_equal(now(&g).time_type, VMCLOCK_TIME_TYPE_UTC);
    g.counter.value += GHZ + 10;
    put_reference(&g, SEC_2017, VMCLOCK_LEAP_INDICATOR_POST_POS);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    assert_int_equal(now(&g).time_type, VMCLOCK_TIME_TYPE_UTC);
    assert_int_equal(now(&g).converged, 1);
}

/* Without TAI the axis is UTC's at the epoch, and labels tell how a later page's axis lies. */
static void without_tai_the_axis_is_the_references(void **state)
{
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 1000000000);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_FLAGS, 8, ALL_FLAGS & ~1u);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_PRE_POS);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017 - 1);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    r = now(&g);
    assert_int_equal(r.time_type, VMCLOCK_TIME_TYPE_UTC);
    assert_time(&r.time, SEC_2017 - 1, 0);
    g.counter.value = REF + 2 * GHZ;
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_POST_POS);
    put(&g, AT_REF_COUNTER, 8, REF + 2 * GHZ);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    g.counter.value += 10;
    r = now(&g);
    assert_time(&r.time, SEC_2017 + 1, r.time.frac64); /* counted on through 23:59:60 */
    assert_int_equal(r.converged, 1);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017 + 200 * 86400); /* no label in common */
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_LEAP_HORIZON);
}

/* To an axis of which neither TAI nor UTC is known no later page could be related, not even its own. */
static void an_axis_that_nothing_relates_to_is_refused(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 1000000000);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_FLAGS, 8, ALL_FLAGS & ~1u);
    put(&g, AT_LEAP, 1, 6);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_LEAP);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
}

static void a_monotonic_page_will_do(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_MONOTONIC);
    put(&g, AT_SEC, 8, 7);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value += GHZ + 10;
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    assert_int_equal(now(&g).time_type, VMCLOCK_TIME_TYPE_MONOTONIC);
    assert_true(now(&g).time.sec == 8);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_TAI);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_NO_EPOCH);
}

/* A time that TAI's rule does not go up to: there is no axis, though the page has a time. */
static void a_time_beyond_the_rule(void **state)
{
    struct vmclock_reading reading;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_SEC, 8, UINT64_C(1) << 62);
    assert_int_equal(vmclock_now(&g.clk, &reading), 0);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), VMCLOCK_ERR_RANGE);
}

/* The same period in fewer bits, and an age limit that is none: the clock is the same to 2^-54 of the time. */
static void a_period_of_few_bits(void **state)
{
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_PERIOD, 8, GHZ_PERIOD >> 8);
    put(&g, AT_SHIFT, 1, GHZ_SHIFT - 8);
    g.clk.max_age_sec = UINT64_MAX;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    g.counter.value += GHZ / 2;
    put(&g, AT_FRAC, 8, 1 << 20);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
    g.counter.value += GHZ / 4;
    ASSERT_NEAR((int64_t)(now(&g).time.frac64 - (UINT64_C(3) << 62)), 0, 1 << 21);
    assert_int_equal(now(&g).converged, 1);
}

/* 4 Hz, of which a tick may be as long as 1 s: after so many the latest end leaves the clock's axis. */
static void an_interval_beyond_the_axis(void **state)
{
    const uint64_t room_sec = (uint64_t)INT64_MAX - 40 - SEC_2017;
    struct vmclock_steer_reading r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC);
    put(&g, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
    put(&g, AT_SEC, 8, (uint64_t)SEC_2017);
    put(&g, AT_SHIFT, 1, 0);
    put(&g, AT_PERIOD, 8, UINT64_C(1) << 62);
    put(&g, AT_PERIOD_MAXERROR, 8, UINT64_MAX);
    g.counter.value = REF + room_sec / 5 * 4;
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    r = now(&g);
    assert_true(r.time_type == VMCLOCK_TIME_TYPE_TAI && r.latest.sec > INT64_MAX - 10);
    g.counter.value += 20;
    assert_int_equal(vmclock_steer_now(&g.steer, &r), VMCLOCK_ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_axis_is_tai),
        cmocka_unit_test(labels_begin_and_end_with_the_references),
        cmocka_unit_test(in_a_leap_second_the_axis_stays_tai),
        cmocka_unit_test(an_offset_that_is_lost_is_not_needed),
        cmocka_unit_test(an_epoch_that_begins_in_a_leap_second),
        cmocka_unit_test(without_tai_the_axis_is_the_references),
        cmocka_unit_test(an_axis_that_nothing_relates_to_is_refused),
        cmocka_unit_test(a_monotonic_page_will_do),
        cmocka_unit_test(a_time_beyond_the_rule),
        cmocka_unit_test(an_interval_beyond_the_axis),
        cmocka_unit_test(a_period_of_few_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
