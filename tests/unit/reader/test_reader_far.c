/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lines end: counters as far as they count, and ticks too long for them. */
#include "tests/unit/reader/same.h"

/* A page with ticks of period_frac * 2^-64 s, from a whole second on. */
static void start_with(struct pair *p, uint64_t period_frac, uint64_t maxerror_frac)
{
    pair_start(p);
    page_put(p->page.bytes, AT_FRAC, 8, 0);
    page_put(p->page.bytes, AT_SHIFT, 1, 0);
    page_put(p->page.bytes, AT_PERIOD, 8, period_frac);
    page_put(p->page.bytes, AT_PERIOD_MAXERROR, 8, maxerror_frac);
}

/* 2^63 ticks behind the reference point is before it: half a second later it is half a second earlier. */
static void a_counter_that_is_far(void **state)
{
    struct pair p;
    (void)state;
    start_with(&p, 1, 0);
    p.counter.value = REF + (UINT64_C(1) << 63) - 10;
    assert_int_equal(pair_now(&p), 0);
    p.counter.value += 20;
    assert_int_equal(pair_now(&p), 0);
}

/* The latest end moves by a second in a tick, or by up to two. */
static void ticks_that_are_long(void **state)
{
    static const uint64_t ticks[] = {UINT64_C(1) << 63, (UINT64_C(1) << 63) + 1, UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
        struct pair p;
        start_with(&p, ticks[i], ticks[i]);
        for (unsigned call = 0; call < 5; call++) {
            assert_int_equal(pair_now(&p), 0);
            if (call)
                assert_int_equal(pair_was_quick(&p), 0);
            p.counter.value++;
        }
    }
}

static void assert_quick_after(struct pair *p, uint64_t ticks)
{
    assert_int_equal(pair_now(p), 0);
    p->counter.value += ticks;
    assert_int_equal(pair_now(p), 0);
    assert_int_equal(pair_was_quick(p), 1);
}

/* Of 1/4 s, which is less than half of what is left; and of 2^-65 s. */
static void the_longest_ticks_and_the_shortest(void **state)
{
    struct pair p;
    (void)state;
    start_with(&p, UINT64_C(1) << 62, 0);
    page_put(p.page.bytes, AT_FRAC, 8, UINT64_C(1) << 60);
    assert_quick_after(&p, 1);
    start_with(&p, UINT64_C(1) << 62, 0);
    page_put(p.page.bytes, AT_SHIFT, 1, 63);
    page_put(p.page.bytes, AT_FRAC, 8, UINT64_C(1) << 60);
    assert_quick_after(&p, UINT64_C(1) << 60);
}

/* Half a second is left, to the last bit. */
static void a_round_time_that_is_left(void **state)
{
    struct pair p;
    (void)state;
    start_with(&p, UINT64_C(1) << 34, 0);
    page_put(p.page.bytes, AT_FRAC, 8, INT64_MAX);
    page_put(p.page.bytes, AT_MAXERROR, 8, 0);
    assert_quick_after(&p, (UINT64_C(1) << 28) - 1);
}

/* At the greatest shift; with an error that grows as fast as time; almost 2^62 ticks behind. */
static void where_lines_still_do(void **state)
{
    static const struct {
        uint64_t period_frac, maxerror_frac, ticks;
        uint8_t shift;
    } rows[] = {
        {UINT64_C(1) << 63, 0, 0, 64},
        {1, 1, 0, 0},
        {1, 0, (UINT64_C(1) << 62) - 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pair p;
        start_with(&p, rows[i].period_frac, rows[i].maxerror_frac);
        page_put(p.page.bytes, AT_SHIFT, 1, rows[i].shift);
        p.counter.value = REF + rows[i].ticks;
        assert_quick_after(&p, 10);
    }
}

int run_far_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_that_is_far),
        cmocka_unit_test(ticks_that_are_long),
        cmocka_unit_test(the_longest_ticks_and_the_shortest),
        cmocka_unit_test(a_round_time_that_is_left),
        cmocka_unit_test(where_lines_still_do),
    };
    return cmocka_run_group_tests_name("reader, far", tests, NULL, NULL);
}
