/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts that depend on what the two snapshots are; random values: publish/test_publish_random.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/audit.h>

#define NEW_YEAR_2017 UINT64_C(1483228800) /* POSIX; a positive leap second ended 2016 */

/* 1 GHz, +- 1 us without growth, TAI page of 37 s at counter 10^9. */
static struct vmclock_snapshot tai_clock(void)
{
    const struct vmclock_snapshot snapshot = {
        .counter = 2000000000,
        .disruption_marker = 1,
        .ref_counter = 1000000000,
        .period_frac = 0x89705f4136b4a597,
        .ref_sec = NEW_YEAR_2017 + 37,
        .maxerror_ns = 1000,
        .have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR |
                VMCLOCK_HAVE_TAI_OFFSET,
        .tai_offset_sec = -37,
        .period_shift = 29,
        .counter_id = VMCLOCK_COUNTER_ID_X86_TSC,
        .counter_read_id = VMCLOCK_COUNTER_ID_X86_TSC,
        .time_type = VMCLOCK_TIME_TYPE_TAI,
        .clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED,
    };

    return snapshot;
}

static struct vmclock_snapshot utc_clock(void)
{
    struct vmclock_snapshot snapshot = tai_clock();

    snapshot.time_type = VMCLOCK_TIME_TYPE_UTC;
    snapshot.ref_sec = NEW_YEAR_2017;
    return snapshot;
}

static void move_ns(struct vmclock_snapshot *s, int64_t ns)
{
    struct vmclock_time reference = {(int64_t)s->ref_sec, s->ref_frac64}, moved;

    vmclock_time_from_ns(ns, &moved);
    assert_int_equal(vmclock_time_add(&reference, &moved, &reference), 0);
    s->ref_sec = (uint64_t)reference.sec;
    s->ref_frac64 = reference.frac64;
}

static int verdict(const struct vmclock_snapshot *before, const struct vmclock_snapshot *after)
{
    struct vmclock_audit_result result;

    memset(&result, 0xa5, sizeof(result));
    vmclock_audit(before, after, before->counter, &result);
    if (!result.moved_known)
        assert_true(result.moved.sec == 0 && result.moved.frac64 == 0);
    return result.verdict;
}

/* By seconds and units of 2^-64 s, forwards and backwards; the maximum error is 1 s. */
static void assert_moved(unsigned sec, unsigned units, int expected)
{
    struct vmclock_snapshot before = tai_clock(), after;

    before.counter = before.ref_counter;
    before.maxerror_ns = 1000000000;
    after = before;
    after.ref_sec += sec;
    after.ref_frac64 += units;
    assert_int_equal(verdict(&before, &after), expected);
    assert_int_equal(verdict(&after, &before), expected);
}

static void by_distance(void **state)
{
    static const struct {
        int64_t moved_ns;
        int verdict;
    } rows[] = {
        {0, VMCLOCK_AUDIT_REFINED},     {999, VMCLOCK_AUDIT_REFINED},
        {-999, VMCLOCK_AUDIT_REFINED},  {1001, VMCLOCK_AUDIT_BROKEN},
        {-1001, VMCLOCK_AUDIT_BROKEN},  {1999, VMCLOCK_AUDIT_BROKEN},
        {-1999, VMCLOCK_AUDIT_BROKEN},  {2001, VMCLOCK_AUDIT_STEPPED},
        {-2001, VMCLOCK_AUDIT_STEPPED}, {3600 * INT64_C(1000000000), VMCLOCK_AUDIT_STEPPED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vmclock_snapshot before = tai_clock(), after = tai_clock();
        struct vmclock_audit_result result;
        int64_t moved_ns;

        move_ns(&after, rows[i].moved_ns);
        vmclock_audit(&before, &after, before.counter, &result);
        assert_int_equal(result.verdict, rows[i].verdict);
        assert_int_equal(result.moved_known, 1);
        assert_int_equal(vmclock_time_to_ns_ceil(&result.moved, &moved_ns), 0);
        assert_true(moved_ns >= rows[i].moved_ns && moved_ns <= rows[i].moved_ns + 1);
    }
    assert_moved(1, 0, VMCLOCK_AUDIT_REFINED); /* the ends are of the interval */
    assert_moved(1, 1, VMCLOCK_AUDIT_BROKEN);
    assert_moved(2, 0, VMCLOCK_AUDIT_BROKEN);
    assert_moved(2, 1, VMCLOCK_AUDIT_STEPPED);
}

/* A drifting line crosses the older one: what counts is where the guest last read. */
static void at_the_counter_that_is_asked(void **state)
{
    struct vmclock_snapshot before = tai_clock(), after = tai_clock();
    struct vmclock_audit_result result;

    (void)state;
    after.period_frac += after.period_frac / 1000000; /* 1 ppm: 1 us off after 1 s */
    vmclock_audit(&before, &after, before.ref_counter + 900000000, &result);
    assert_int_equal(result.verdict, VMCLOCK_AUDIT_REFINED);
    vmclock_audit(&before, &after, before.ref_counter + 1100000000, &result);
    assert_int_equal(result.verdict, VMCLOCK_AUDIT_BROKEN);
    vmclock_audit(&before, &after, before.ref_counter - 2100000000, &result);
    assert_int_equal(result.verdict, VMCLOCK_AUDIT_STEPPED);
}

static void markers_first(void **state)
{
    struct vmclock_snapshot before = tai_clock(), after = tai_clock();

    (void)state;
    after.disruption_marker++;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_STALE);
    after.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE; /* says nothing of the reference point */
    after.maxerror_ns++;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_STALE);
    after.ref_frac64++;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_DISRUPTED);
    after = tai_clock();
    after.disruption_marker = 0;
    after.ref_counter++;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_DISRUPTED);
    after = tai_clock();
    after.disruption_marker = 0;
    after.ref_sec++;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_DISRUPTED);
    before.have = after.have = 0; /* no clock: nothing that could be stale */
    after.ref_sec--;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_DISRUPTED);
    before.have = after.have = VMCLOCK_HAVE_GENERATION;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_DISRUPTED);
    after.disruption_marker = before.disruption_marker;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_CANNOT_TELL);
}

/* Each on the old and on the new side: nothing to hold against each other. */
static void cannot_tell(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++)
        for (int what = 0; what < 8; what++) {
            struct vmclock_snapshot pair[2] = {tai_clock(), tai_clock()}, *s = &pair[side];
            struct vmclock_audit_result result;

            if (what == 0)
                s->have &= (uint16_t)~VMCLOCK_HAVE_MAXERROR;
            else if (what == 1)
                s->have &= (uint16_t)~VMCLOCK_HAVE_PERIOD_MAXERROR;
            else if (what == 2) /* an estimate is no promise */
                s->have ^=
                    VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_PERIOD_ESTERROR;
            else if (what == 3)
                s->clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
            else if (what == 4)
                s->have = 0;
            else if (what == 5)
                s->counter_id = s->counter_read_id = VMCLOCK_COUNTER_ID_ARM_VCNT;
            else if (what == 6)
                s->time_type = VMCLOCK_TIME_TYPE_MONOTONIC; /* no epoch in common */
            else
                s->ref_sec = UINT64_MAX; /* no reading at all */
            assert_int_equal(verdict(&pair[0], &pair[1]), VMCLOCK_AUDIT_CANNOT_TELL);
            vmclock_audit(&pair[0], &pair[1], pair[0].counter, &result);
            assert_int_equal(result.moved_known, what < 3); /* by times without an interval */
        }
}

/* An interval that ends outside the axis gives no reading; a huge one is still an interval. */
static void huge_bounds(void **state)
{
    struct vmclock_snapshot before = tai_clock(), after = tai_clock();

    (void)state;
    after.maxerror_ns = UINT64_MAX;
    move_ns(&after, INT64_C(100) * 365 * 86400 * 1000000000 / 4);
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_BROKEN);
    before.maxerror_ns = UINT64_MAX;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_REFINED);
}

static void monotonic_axis(void **state)
{
    struct vmclock_snapshot before = tai_clock(), after;

    (void)state;
    before.time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
    after = before;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_REFINED);
    move_ns(&after, 5000);
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_STEPPED);
}

/* The host changes from UTC to TAI, and back: the same instants. */
static void between_utc_and_tai(void **state)
{
    struct vmclock_snapshot utc = utc_clock(), tai = tai_clock();

    (void)state;
    assert_int_equal(verdict(&utc, &tai), VMCLOCK_AUDIT_REFINED);
    assert_int_equal(verdict(&tai, &utc), VMCLOCK_AUDIT_REFINED);
    utc.tai_offset_sec = 37; /* both signs are in use */
    assert_int_equal(verdict(&tai, &utc), VMCLOCK_AUDIT_REFINED);
    move_ns(&utc, 1000000000);
    assert_int_equal(verdict(&tai, &utc), VMCLOCK_AUDIT_STEPPED);
    assert_int_equal(verdict(&utc, &tai), VMCLOCK_AUDIT_STEPPED);
}

/* Without an offset on the UTC side the labels relate it to the TAI side. */
static void utc_without_offset(void **state)
{
    struct vmclock_snapshot utc = utc_clock(), tai = tai_clock();

    (void)state;
    utc.have &= (uint16_t)~VMCLOCK_HAVE_TAI_OFFSET;
    assert_int_equal(verdict(&utc, &tai), VMCLOCK_AUDIT_REFINED);
    assert_int_equal(verdict(&tai, &utc), VMCLOCK_AUDIT_REFINED);
    tai.have &= (uint16_t)~VMCLOCK_HAVE_TAI_OFFSET; /* and without any, nothing does */
    assert_int_equal(verdict(&utc, &tai), VMCLOCK_AUDIT_CANNOT_TELL);
    assert_int_equal(verdict(&tai, &utc), VMCLOCK_AUDIT_CANNOT_TELL);
}

/*
 * A UTC page that is refreshed 10 s before and 10 s after the leap second: its count went back by
 * one, and no second was lost on the continuous axis.
 */
static void over_a_leap_second(void **state)
{
    (void)state;
    for (int with_offset = 0; with_offset < 2; with_offset++) {
        struct vmclock_snapshot before = utc_clock(), after = utc_clock();

        before.ref_sec = NEW_YEAR_2017 - 10;
        before.tai_offset_sec = -36;
        before.leap_indicator = VMCLOCK_LEAP_INDICATOR_PRE_POS;
        after.ref_sec = NEW_YEAR_2017 + 10;
        after.ref_counter += UINT64_C(21000000000); /* 10 s, the leap second, 10 s */
        after.leap_indicator = VMCLOCK_LEAP_INDICATOR_POST_POS;
        if (!with_offset) {
            before.have &= (uint16_t)~VMCLOCK_HAVE_TAI_OFFSET;
            after.have &= (uint16_t)~VMCLOCK_HAVE_TAI_OFFSET;
        }
        before.counter = after.ref_counter;
        assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_REFINED);
        before.counter = before.ref_counter;
        assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_REFINED);
        after.ref_sec++; /* as if there had been none */
        assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_STEPPED);
    }
}

/* UTC pages whose knowledge of leap seconds does not meet. */
static void beyond_the_horizon(void **state)
{
    struct vmclock_snapshot before = utc_clock(), after = utc_clock();

    (void)state;
    before.have &= (uint16_t)~VMCLOCK_HAVE_TAI_OFFSET;
    after.have &= (uint16_t)~VMCLOCK_HAVE_TAI_OFFSET;
    after.ref_sec += 100 * 86400;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_CANNOT_TELL);
    before.have |= VMCLOCK_HAVE_TAI_OFFSET; /* by TAI it can be told */
    after.have |= VMCLOCK_HAVE_TAI_OFFSET;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_STEPPED);
}

/* +-(2^63 - 20) s around a time near 0: one end does not fit an axis that is 37 s off. */
static void ends_beyond_the_axis(void **state)
{
    (void)state;
    for (int moved = 0; moved < 2; moved++) {
        struct vmclock_snapshot before = moved ? utc_clock() : tai_clock();
        struct vmclock_snapshot after = moved ? tai_clock() : utc_clock();
        struct vmclock_audit_result result;

        before.tai_offset_sec = after.tai_offset_sec = -37;
        before.ref_sec = 0;
        before.period_frac = 1;
        before.period_shift = 0;
        before.period_maxerror_frac = UINT64_MAX;
        after.ref_counter = before.ref_counter + (UINT64_C(1) << 63) - 20;
        vmclock_audit(&before, &after, after.ref_counter, &result);
        assert_int_equal(result.verdict, VMCLOCK_AUDIT_CANNOT_TELL);
        assert_int_equal(result.moved_known, 1);
    }
}

static void farther_apart_than_times_go(void **state)
{
    struct vmclock_snapshot before = tai_clock(), after = tai_clock();

    (void)state;
    before.period_frac = after.period_frac = UINT64_MAX;
    before.period_shift = after.period_shift = 0;
    before.ref_sec = after.ref_sec = 0;
    before.ref_counter = before.counter - INT64_MAX;
    after.ref_counter = before.counter + INT64_MAX;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_CANNOT_TELL);
    before = utc_clock(); /* the axis of the other is not known */
    after.time_type = 9;
    assert_int_equal(verdict(&before, &after), VMCLOCK_AUDIT_CANNOT_TELL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_distance),          cmocka_unit_test(at_the_counter_that_is_asked),
        cmocka_unit_test(markers_first),        cmocka_unit_test(cannot_tell),
        cmocka_unit_test(huge_bounds),          cmocka_unit_test(monotonic_axis),
        cmocka_unit_test(between_utc_and_tai),  cmocka_unit_test(utc_without_offset),
        cmocka_unit_test(over_a_leap_second),   cmocka_unit_test(beyond_the_horizon),
        cmocka_unit_test(ends_beyond_the_axis), cmocka_unit_test(farther_apart_than_times_go),
    };

    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
