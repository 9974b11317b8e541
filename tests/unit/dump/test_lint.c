/* SPDX-License-Identifier: BSD-2-Clause */
/* What lint says of two snapshots, and what it must not say where updates in between were not seen. */
#include "boot/linux/dump/lint.h"
#include "tests/unit/core/fixture.h"

static char found[400];

static void find(void *context, bool wrong, const char *name, const char *text)
{
    assert_null(context);
    assert_true(strlen(text) > 10);
    strcat(strcat(strcat(found, wrong ? "!" : "?"), name), " ");
}

static const struct lint_sink sink = {find, NULL};
static struct vmclock_snapshot before, after;

/* Read 1 s behind the reference point, good to 1 us, with no rate to be wrong by. */
static int start(void **state)
{
    (void)state;
    before = good_snapshot();
    before.flags = 1 << 7 | 1 << 6 | 1 << 4 | 1 | 1 << 8;
    before.maxerror_ns = 1000;
    before.period_maxerror_frac = 0;
    before.counter += 1000000000;
    after = before;
    after.seq += 2;
    after.counter += 1000;
    return 0;
}

static const char *update(void)
{
    found[0] = 0;
    lint_update(&before, &after, &sink);
    return found;
}

static void ahead_ns(int64_t ns)
{
    struct vmclock_time by, reference = {(int64_t)before.ref_sec, before.ref_frac64};
    vmclock_time_from_ns(ns, &by);
    assert_int_equal(vmclock_time_add(&reference, &by, &reference), 0);
    after.ref_sec = (uint64_t)reference.sec;
    after.ref_frac64 = reference.frac64;
}

static void nothing(void **state)
{
    (void)state;
    assert_string_equal(update(), "");
    for (int64_t ns = -990; ns < 1000; ns += 990) {
        after.flags &= ~(1u << 7); /* back is not monotonic, and is allowed without that */
        ahead_ns(ns);
        assert_string_equal(update(), "");
    }
    after = before; /* looked at twice */
    after.counter += 5;
    assert_string_equal(update(), "");
}

/* The promises are of one update to the next, also where the count begins anew. */
static void next_update(void **state)
{
    static const uint32_t counts[] = {2, 0x7ffffffe, 0xfffffffe, 0xfffffffc};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (uint32_t by = 2; by <= 6; by += 2) {
            before.seq = counts[i];
            after.seq = counts[i] + by;
            after.flags = before.flags & ~(UINT64_C(1) << 7);
            ahead_ns(1500);
            assert_string_equal(update(), by == 2 ? "!containment-broken " : "");
            ahead_ns(-1500);
            assert_string_equal(update(), by == 2 ? "!containment-broken " : "");
            after.flags = before.flags;
            ahead_ns(-500);
            assert_string_equal(update(), by == 2 ? "!monotonic-broken " : "");
        }
    }
}

/* What no number of updates in between explains. */
static void any_update(void **state)
{
    (void)state;
    for (uint32_t by = 2; by <= 4; by += 2) {
        (void)start(NULL);
        after.seq = before.seq + by;
        ahead_ns(5000000);
        assert_string_equal(update(), "?stepped ");
        after.ref_sec = before.ref_sec;
        after.ref_frac64 = before.ref_frac64;
        after.disruption_marker++;
        assert_string_equal(update(), "!disrupted-stale ");
        after.ref_counter = 7;
        assert_string_equal(update(), "?disrupted ");
        after.disruption_marker = before.disruption_marker - 1;
        assert_string_equal(update(), "?marker-back ?disrupted ");
    }
}

static void count_unchanged(void **state)
{
    (void)state;
    after.seq = before.seq;
    after.maxerror_ns++;
    assert_string_equal(update(), "!seq-unchanged ");
    after.maxerror_ns--;
    after.disruption_marker++;
    assert_string_equal(update(), "!seq-unchanged ");
}

static int64_t age(uint8_t time_type, uint16_t have, int16_t offset_sec, int64_t sec)
{
    after = before;
    after.time_type = time_type;
    after.have = have;
    after.tai_offset_sec = offset_sec;
    after.ref_sec = (uint64_t)sec;
    return lint_age_sec(&after, 1000);
}

/* By this host's clock, at least so much. */
static void age_of_the_page(void **state)
{
    (void)state;
    assert_int_equal(age(VMCLOCK_TIME_TYPE_UTC, HAVE_ALL, 37, 900), 100);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_TAI, HAVE_ALL, 37, 937), 100);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_TAI, HAVE_ALL, -37, 937), 100);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_TAI, HAVE_ALL, 100, 910), 100);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_TAI, HAVE_ALL, 9, 910), 100);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_TAI, VMCLOCK_HAVE_CLOCK, 37, 910), 100);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_MONOTONIC, HAVE_ALL, 37, 900), 0);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_TAI, HAVE_ALL, 37, -1), 0);
    assert_int_equal(age(VMCLOCK_TIME_TYPE_UTC, HAVE_ALL, 37, 1100), -100);
}

static const char *refresh(int64_t age_sec)
{
    found[0] = 0;
    lint_refresh(&after, age_sec, &sink);
    return found;
}

static void not_refreshed(void **state)
{
    (void)state;
    assert_string_equal(refresh(4), "");
    assert_string_equal(refresh(-100), "");
    assert_string_equal(refresh(5), "?not-refreshed ");
    after.clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING;
    assert_string_equal(refresh(5), "?not-refreshed ");
    after.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE; /* which nobody has to refresh */
    assert_string_equal(refresh(500), "");
    (void)start(NULL);
    after.have &= (uint16_t)~VMCLOCK_HAVE_CLOCK;
    assert_string_equal(refresh(500), "");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, start)
    const struct CMUnitTest tests[] = {
        TEST(nothing),         TEST(next_update),     TEST(any_update),
        TEST(count_unchanged), TEST(age_of_the_page), TEST(not_refreshed),
    };
    return cmocka_run_group_tests_name("dump.lint", tests, NULL, NULL);
}
