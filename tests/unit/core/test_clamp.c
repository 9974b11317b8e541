/* SPDX-License-Identifier: BSD-2-Clause */
/* Readings that do not step back: clamped, said so, in their interval; and where a clamp does not reach. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define GHZ UINT64_C(1000000000)
#define SEC_MAX (INT64_C(1) << 33) /* the end of what a clamp can hold */
#define UNIT (UINT64_C(1) << 34)   /* 2^-30 s, in 2^-64 s */

struct clamped {
    struct page_image page;
    struct test_counter counter;
    struct vmclock clk;
    struct vmclock_clamp clamp;
    uint32_t seq;
};

static void put(struct clamped *c, size_t at, size_t bytes, uint64_t value)
{
    page_put(c->page.bytes, at, bytes, value);
    c->seq += 2;
    page_put(c->page.bytes, AT_SEQ, 4, c->seq);
}

/* A page of +-1 ms whose reference time is a whole second, at that. */
static void start(struct clamped *c, uint64_t limit_ns)
{
    memset(c, 0, sizeof *c);
    page_fill(c->page.bytes);
    put(c, AT_FRAC, 8, 0);
    put(c, AT_MAXERROR, 8, 1000000);
    c->counter.value = REF;
    open_with(&c->clk, &c->page, sizeof c->page, &c->counter);
    c->clk.max_tries = 3;
    memset(&c->clamp, 0x5a, sizeof c->clamp);
    vmclock_clamp_init(&c->clamp, limit_ns);
}

static struct vmclock_utc_reading read_ok(struct clamped *c)
{
    struct vmclock_utc_reading utc;
    memset(&utc, 0, sizeof utc);
    assert_int_equal(vmclock_clamp_utc_now(&c->clamp, &c->clk, &utc), 0);
    return utc;
}

static void assert_fails(struct clamped *c, int error)
{
    struct vmclock_utc_reading utc;
    MARK(utc);
    assert_int_equal(vmclock_clamp_utc_now(&c->clamp, &c->clk, &utc), error);
    ASSERT_UNTOUCHED(utc);
}

/* All members; not what lies behind the last one. */
static void assert_label(const struct vmclock_label *got, const struct vmclock_label *want)
{
    assert_memory_equal(got, want, offsetof(struct vmclock_label, error) + 1);
}

static int is_in_interval(const struct vmclock_utc_reading *utc)
{
    return vmclock_time_compare(&utc->earliest.instant, &utc->utc.instant) <= 0 &&
           vmclock_time_compare(&utc->utc.instant, &utc->latest.instant) <= 0;
}

static void what_does_not_step_is_as_without(void **state)
{
    struct vmclock_utc_reading plain, utc;
    struct clamped c;
    (void)state;
    start(&c, 0);
    for (unsigned i = 0; i < 3; i++) {
        c.counter.value += 123456789;
        memset(&plain, 0, sizeof plain);
        assert_int_equal(vmclock_utc_now(&c.clk, &plain), 0);
        utc = read_ok(&c);
        assert_int_equal(utc.clamped, 0);
        assert_true(utc.utc.instant.frac64 == (plain.utc.instant.frac64 & ~(UNIT - 1)));
        assert_true(utc.tai.frac64 == utc.utc.instant.frac64);
        assert_true(utc.estimate.error_ns == plain.estimate.error_ns + 1); /* the rounding */
        plain.utc.instant.frac64 = plain.tai.frac64 = utc.tai.frac64;
        plain.estimate.error_ns++;
        assert_memory_equal(&utc, &plain, sizeof utc);
        utc = read_ok(&c); /* the same moment again is no step */
        assert_int_equal(utc.clamped, 0);
    }
}

/* By less than the bound: the interval is the page's. */
static void a_step_within_the_interval(void **state)
{
    struct vmclock_utc_reading before, plain, utc;
    struct clamped c;
    (void)state;
    start(&c, 0);
    c.counter.value += GHZ / 2;
    before = read_ok(&c);
    put(&c, AT_REF_COUNTER, 8, REF + 500000); /* 0.5 ms back */
    c.counter.value += 1000;
    assert_int_equal(vmclock_utc_now(&c.clk, &plain), 0);
    utc = read_ok(&c);
    assert_int_equal(utc.clamped, 1);
    assert_label(&utc.utc, &before.utc);
    assert_memory_equal(&utc.earliest.instant, &plain.earliest.instant, sizeof utc.tai);
    assert_memory_equal(&utc.latest.instant, &plain.latest.instant, sizeof utc.tai);
    assert_true(is_in_interval(&utc));
    assert_true(utc.counter == c.counter.value);
    assert_true(utc.estimate.error_ns == 1234 + 499001 || utc.estimate.error_ns == 1234 + 499000);
    c.counter.value += 499001 + 1;
    utc = read_ok(&c);
    assert_int_equal(utc.clamped, 0);
    assert_true(vmclock_time_compare(&utc.utc.instant, &before.utc.instant) >= 0);
}

/* By more: the latest end goes with the time, into another second; the earliest stays. */
static void a_step_out_of_the_interval(void **state)
{
    struct vmclock_utc_reading before, plain, utc;
    struct clamped c;
    (void)state;
    start(&c, 0);
    c.counter.value += GHZ / 2;
    before = read_ok(&c);
    put(&c, AT_SEC, 8, (uint64_t)TAI_2017 - 2);
    assert_int_equal(vmclock_utc_now(&c.clk, &plain), 0);
    utc = read_ok(&c);
    assert_int_equal(utc.clamped, 1);
    assert_label(&utc.utc, &before.utc);
    assert_memory_equal(&utc.tai, &before.tai, sizeof utc.tai);
    assert_label(&utc.earliest, &plain.earliest);
    assert_int_equal(utc.earliest.second, 58);
    assert_label(&utc.latest, &utc.utc);
    assert_true(is_in_interval(&utc));
    assert_true(utc.estimate.error_ns >= 2000001234 && utc.estimate.error_ns < 2000001240);
    c.counter.value += 2 * GHZ + 1;
    assert_int_equal(read_ok(&c).clamped, 0);
    c.counter.value = REF; /* and where it is the counter that lags */
    assert_int_equal(read_ok(&c).clamped, 1);
}

/* Rounding down by less than 2^-30 s may leave an interval that is narrower. */
static void a_bound_of_nothing(void **state)
{
    struct vmclock_utc_reading utc;
    struct clamped c;
    (void)state;
    start(&c, 0);
    put(&c, AT_MAXERROR, 8, 0);
    put(&c, AT_PERIOD_MAXERROR, 8, 0);
    c.counter.value += 12345;
    utc = read_ok(&c);
    assert_label(&utc.earliest, &utc.utc);
    assert_true(vmclock_time_compare(&utc.utc.instant, &utc.latest.instant) < 0);
    put(&c, AT_FLAGS, 8, 0x8000); /* and without one there is nothing to widen */
    put(&c, AT_SEC, 8, (uint64_t)TAI_2017 - 1);
    utc = read_ok(&c);
    assert_int_equal(utc.clamped, 1);
    assert_int_equal(utc.bound_kind, VMCLOCK_BOUND_NONE);
    assert_true(utc.earliest.instant.sec == INT64_MIN && utc.latest.instant.sec == INT64_MAX);
    assert_int_equal(vmclock_utc_estimate_ns(&utc, &(int64_t){0}), VMCLOCK_ERR_ESTIMATE);
}

/* Marker and kind of the axis: another one, and the one before again, begin anew; and then hold. */
static void no_clamp_reaches_over_a_disruption(void **state)
{
    static const struct {
        size_t at, bytes;
        uint64_t value;
    } changes[] = {
        {AT_MARKER, 8, 1},
        {AT_MARKER, 8, UINT64_C(1) << 63},
        {AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_UTC},
        {AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_MONOTONIC},
        {AT_MARKER, 8, 1},
    };
    struct vmclock_utc_reading before, utc;
    struct clamped c;
    (void)state;
    start(&c, 2);
    before = read_ok(&c);
    for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
        c.counter.value -= GHZ / 2;
        put(&c, changes[i].at, changes[i].bytes, changes[i].value);
        utc = read_ok(&c);
        assert_int_equal(utc.clamped, 0);
        assert_true(vmclock_time_compare(&utc.utc.instant, &before.utc.instant) < 0);
        assert_true(is_in_interval(&utc));
        before = utc;
        c.counter.value -= 1; /* 1 ns: within the limit of 2 */
        utc = read_ok(&c);
        assert_int_equal(utc.clamped, 1);
        assert_memory_equal(&utc.utc.instant, &before.utc.instant, sizeof utc.tai);
        c.counter.value += 1;
    }
}

/* 2^-30 s that a limit lets through, or refuses by name. */
static void a_limit(void **state)
{
    struct vmclock_utc_reading before;
    struct clamped c;
    (void)state;
    start(&c, 1500000000);
    before = read_ok(&c);
    put(&c, AT_SEC, 8, (uint64_t)TAI_2017 - 2);
    put(&c, AT_FRAC, 8, UINT64_C(1) << 63);
    assert_int_equal(read_ok(&c).clamped, 1); /* just that much */
    put(&c, AT_FRAC, 8, (UINT64_C(1) << 63) - 1);
    assert_fails(&c, VMCLOCK_ERR_TOO_FAR);
    put(&c, AT_FRAC, 8, (UINT64_C(1) << 63) + UNIT);
    assert_int_equal(read_ok(&c).clamped, 1);
    put(&c, AT_SEC, 8, (uint64_t)TAI_2017 - 400000000); /* 12 years */
    assert_fails(&c, VMCLOCK_ERR_TOO_FAR);
    vmclock_clamp_init(&c.clamp, 0); /* forgets the latest time, and has no limit */
    assert_int_equal(read_ok(&c).clamped, 0);
    put(&c, AT_SEC, 8, 0);
    put(&c, AT_FRAC, 8, 0);
    assert_int_equal(read_ok(&c).clamped, 1);
    (void)before;
}

/* As large as numbers of ns are, and larger than what a clamp holds: then it is none. */
static void limits_of_centuries(void **state)
{
    static const uint64_t limits_ns[] = {UINT64_MAX, UINT64_C(17179869184) * GHZ,
                                         UINT64_C(17179869183) * GHZ};
    struct clamped c;
    (void)state;
    for (unsigned i = 0; i < sizeof limits_ns / sizeof *limits_ns; i++) {
        start(&c, limits_ns[i]);
        put(&c, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_MONOTONIC);
        put(&c, AT_SEC, 8, (uint64_t)SEC_MAX - 1);
        assert_int_equal(read_ok(&c).clamped, 0);
        put(&c, AT_SEC, 8, 0);
        c.counter.value = REF - (uint64_t)SEC_MAX * GHZ + GHZ;
        assert_int_equal(read_ok(&c).clamped, 1);
    }
}

static void the_ends_of_what_a_clamp_holds(void **state)
{
    struct vmclock_utc_reading utc;
    struct clamped c;
    (void)state;
    start(&c, 0);
    put(&c, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_MONOTONIC);
    put(&c, AT_MAXERROR, 8, 0);
    put(&c, AT_PERIOD_MAXERROR, 8, 0);
    put(&c, AT_SEC, 8, 0);
    put(&c, AT_SHIFT, 1, 0);
    put(&c, AT_PERIOD, 8, UINT64_C(1) << 63); /* half a second a tick */
    c.counter.value = REF - 2 * (uint64_t)SEC_MAX - 1;
    assert_fails(&c, VMCLOCK_ERR_RANGE);
    c.counter.value++;
    utc = read_ok(&c);
    assert_time(&utc.utc.instant, -SEC_MAX, 0);
    c.counter.value = REF + 2 * (uint64_t)SEC_MAX - 1;
    utc = read_ok(&c);
    assert_time(&utc.utc.instant, SEC_MAX - 1, UINT64_C(1) << 63);
    c.counter.value++;
    assert_fails(&c, VMCLOCK_ERR_RANGE);
}

/* A limit of half of what a clamp holds is one. */
static void a_limit_of_three_centuries(void **state)
{
    struct clamped c;
    (void)state;
    start(&c, ((uint64_t)SEC_MAX + 10) * GHZ);
    put(&c, AT_TIME_TYPE, 1, VMCLOCK_TIME_TYPE_MONOTONIC);
    put(&c, AT_SEC, 8, (uint64_t)SEC_MAX - 1);
    (void)read_ok(&c);
    put(&c, AT_SEC, 8, 0);
    assert_int_equal(read_ok(&c).clamped, 1);
    c.counter.value = REF - 12 * GHZ;
    assert_fails(&c, VMCLOCK_ERR_TOO_FAR);
}

static void errors_of_the_page(void **state)
{
    struct clamped c;
    (void)state;
    start(&c, 0);
    c.clk.max_age_sec = 10;
    c.counter.value = REF + 11 * GHZ;
    assert_fails(&c, VMCLOCK_ERR_STALE);
    put(&c, AT_TIME_TYPE, 1, 3);
    assert_fails(&c, VMCLOCK_ERR_TIME_TYPE);
    page_put(c.page.bytes, AT_SEQ, 4, 1);
    assert_fails(&c, VMCLOCK_ERR_BUSY);
}

/* Somebody began a slot and was interrupted: for as many tries as the handle allows, then by name. */
static void while_a_slot_is_begun(void **state)
{
    struct clamped c;
    (void)state;
    start(&c, 0);
    (void)read_ok(&c);
    c.counter.reads = 0;
    c.clamp.count |= 1;
    assert_fails(&c, VMCLOCK_ERR_BUSY);
    assert_int_equal(c.counter.reads, 0);
    c.clamp.count &= ~(uint64_t)1;
    assert_int_equal(read_ok(&c).clamped, 0);
}

/* A handler that interrupts between the counter's read and the rest, and reads through the same clamp. */
static struct clamped *interrupted;
static unsigned handlers;
static uint64_t marker_step, counter_step;
static struct vmclock_utc_reading by_handler;

static void handler(struct test_counter *counter);

/* The copy that is taken once more, as the page has changed. */
static void quiet_once(struct test_counter *counter)
{
    counter->on_read = handler;
}

static void handler(struct test_counter *counter)
{
    uint64_t was = counter->value;

    counter->on_read = NULL;
    put(interrupted, AT_MARKER, 8, 100 + handlers * marker_step);
    counter->value += counter_step;
    by_handler = read_ok(interrupted);
    counter->value = was;
    handlers++;
    if (marker_step)
        counter->on_read = quiet_once;
}

static void start_interrupted(struct clamped *c, uint64_t by_marker, uint64_t by_ticks)
{
    start(c, 0);
    put(c, AT_MARKER, 8, 100);
    interrupted = c;
    handlers = 0;
    marker_step = by_marker;
    counter_step = by_ticks;
    c->counter.on_read = handler;
}

static void a_handler_that_is_later(void **state)
{
    struct vmclock_utc_reading utc;
    struct clamped c;
    (void)state;
    start_interrupted(&c, 0, GHZ / 4); /* it begins the slot too: the reading is taken again */
    utc = read_ok(&c);
    assert_int_equal(handlers, 1);
    assert_int_equal(by_handler.clamped, 0);
    assert_int_equal(utc.clamped, 1);
    assert_label(&utc.utc, &by_handler.utc);
    c.counter.value += GHZ / 2;
    utc = read_ok(&c);
    assert_int_equal(utc.clamped, 0);
    c.counter.value -= 5;
    c.counter.on_read = handler; /* its slot is there */
    counter_step = 10;
    utc = read_ok(&c);
    assert_int_equal(utc.clamped, 1);
    assert_label(&utc.utc, &by_handler.utc);
}

/* A disruption in each of the rounds, each of them seen by a handler first. */
static void handlers_without_end(void **state)
{
    struct clamped c;
    (void)state;
    start_interrupted(&c, 1, 0);
    assert_fails(&c, VMCLOCK_ERR_BUSY);
    assert_int_equal(handlers, 4);
}

int run_clamp_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_step_is_as_without),
        cmocka_unit_test(a_step_within_the_interval),
        cmocka_unit_test(a_step_out_of_the_interval),
        cmocka_unit_test(a_bound_of_nothing),
        cmocka_unit_test(no_clamp_reaches_over_a_disruption),
        cmocka_unit_test(a_limit),
        cmocka_unit_test(limits_of_centuries),
        cmocka_unit_test(the_ends_of_what_a_clamp_holds),
        cmocka_unit_test(a_limit_of_three_centuries),
        cmocka_unit_test(errors_of_the_page),
        cmocka_unit_test(while_a_slot_is_begun),
        cmocka_unit_test(a_handler_that_is_later),
        cmocka_unit_test(handlers_without_end),
    };
    return cmocka_run_group_tests_name("clamp", tests, NULL, NULL);
}
