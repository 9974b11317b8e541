/* SPDX-License-Identifier: BSD-2-Clause */
/* The steered clock to the last bit: of a second, of a tick, of a correction. */
#include "tests/unit/steer/rig.h"

/* A page with such a tick, whose time is exact, and the clock's epoch on it. */
static void start_with(struct rig *g, uint8_t shift, uint64_t period, uint32_t rate_ppb)
{
    const struct vmclock_steer_config config = {0, rate_ppb};
    rig_start(g, 0);
    put(g, AT_SHIFT, 1, shift);
    put(g, AT_PERIOD, 8, period);
    put(g, AT_PERIOD_MAXERROR, 8, 0);
    put(g, AT_MAXERROR, 8, 0);
    assert_int_equal(vmclock_steer_init(&g->steer, &g->clk, &config), 0);
    assert_int_equal(vmclock_steer_start_epoch(&g->steer, NULL), 0);
}

/* So many 2^-64 s that the page is ahead. */
static void set_back(struct rig *g, uint64_t frac64)
{
    g->counter.value = REF;
    put(g, AT_FRAC, 8, frac64);
    assert_int_equal(vmclock_steer_update(&g->steer, NULL), 0);
}

static struct vmclock_steer_reading after(struct rig *g, uint64_t ticks)
{
    g->counter.value = REF + ticks;
    return now(g);
}

/* Own minus the page's, in 2^-64 s. */
static int64_t ahead(struct rig *g, uint64_t ticks)
{
    const struct vmclock_steer_reading own = after(g, ticks);
    struct vmclock_reading page;
    assert_int_equal(vmclock_now(&g->clk, &page), 0);
    assert_true(own.time.sec == page.time.sec);
    return (int64_t)(own.time.frac64 - page.time.frac64);
}

/* Three ticks of the second are 2 * 2^-64 s and 2^-128 s more. */
static void as_fast_as_the_reference(void **state)
{
    static const uint64_t periods[] = {UINT64_MAX, UINT64_MAX / 3 * 2 + 1};
    (void)state;
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        struct rig g;
        start_with(&g, 64, periods[i], PPM * 1000);
        for (uint64_t ticks = 0; ticks < 20; ticks++)
            assert_int_equal(ahead(&g, ticks), 0);
    }
}

/* 2^67 Hz, in units that lines do not have: as fast as the page, before a correction and after it. */
static void a_shift_that_is_reduced(void **state)
{
    const uint64_t ticks = UINT64_C(1) << 40;
    struct rig g;
    (void)state;
    start_with(&g, 65, UINT64_C(1) << 62, 100000000);
    assert_int_equal(ahead(&g, ticks), 0);
    set_back(&g, 1000);
    assert_int_equal(ahead(&g, 0), -1000);
    ASSERT_NEAR(ahead(&g, ticks), 0, 1);
    ASSERT_NEAR(ahead(&g, ticks << 20), 0, 1);
}

/* Ticks of 2^-30 s; 2^-62 s are gone in a second if a tick corrects 2^-92 s, which is all that it can. */
static void the_least_correction(void **state)
{
    const uint64_t second = UINT64_C(1) << 30;
    struct rig g;
    (void)state;
    start_with(&g, 0, UINT64_C(1) << 34, PPM * 1000);
    set_back(&g, 4);
    assert_int_equal(ahead(&g, 0), -4);
    assert_int_equal(ahead(&g, second - 1), -1);
    assert_int_equal(ahead(&g, second), 0);
    set_back(&g, 7); /* of 3 more only as many as 2^-92 s a tick take away */
    assert_int_equal(ahead(&g, second), -3);
}

/* A tick of 18 * 2^-128 s, of which a tenth is 2^-128 s: with it, 4 * 2^-64 s are reached when they are due. */
static void a_correction_of_the_shortest_tick(void **state)
{
    const uint64_t ticks = UINT64_MAX / 19 * 4 + 4; /* 2^66 / 19, rounded up */
    struct rig g;
    (void)state;
    start_with(&g, 63, 9, 100000000);
    set_back(&g, 1000);
    assert_true(after(&g, ticks - 1).time.frac64 == 3);
    assert_true(after(&g, ticks).time.frac64 == 4);
}

/* The interval grows by 2^-32 s a tick, and the clock is off by a little more than some ticks of that. */
static void converged_at_the_very_tick(void **state)
{
    (void)state;
    for (uint64_t ticks = 1; ticks < 10; ticks++) {
        struct rig g;
        start_with(&g, 0, UINT64_C(1) << 34, PPM * 1000);
        put(&g, AT_PERIOD_MAXERROR, 8, UINT64_C(1) << 32);
        set_back(&g, (ticks - 1) << 32 | 1 << 24);
        assert_int_equal(after(&g, ticks - 1).converged, 0);
        assert_int_equal(after(&g, ticks).converged, 1);
    }
}

/* A time of the page's, with nothing beside it or a ns: then the latest end is rounded up to a second. */
static void the_ends_of_the_interval(void **state)
{
    const uint64_t ns = UINT64_C(0x44b82fa09); /* rounded down */
    (void)state;
    for (uint64_t maxerror_ns = 0; maxerror_ns < 2; maxerror_ns++) {
        struct rig g;
        start_with(&g, 0, UINT64_C(1) << 34, PPM * 1000);
        put(&g, AT_MAXERROR, 8, maxerror_ns);
        set_back(&g, UINT64_MAX - ns);
        for (uint64_t ticks = 0; ticks < 5; ticks++) {
            const struct vmclock_steer_reading own = after(&g, ticks);
            struct vmclock_reading page;
            assert_int_equal(vmclock_now(&g.clk, &page), 0);
            assert_time(&own.earliest, page.earliest.sec, page.earliest.frac64);
            assert_time(&own.latest, page.latest.sec, page.latest.frac64);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_fast_as_the_reference),
        cmocka_unit_test(a_shift_that_is_reduced),
        cmocka_unit_test(the_least_correction),
        cmocka_unit_test(a_correction_of_the_shortest_tick),
        cmocka_unit_test(converged_at_the_very_tick),
        cmocka_unit_test(the_ends_of_the_interval),
    };
    return cmocka_run_group_tests_name("steer_exact", tests, NULL, NULL);
}
