/* SPDX-License-Identifier: BSD-2-Clause */
/* The steered clock through a clamp: CPUs whose counters lag, epochs, and many CPUs at once. */
#include <pthread.h>
#include "tests/unit/steer/rig.h"

static struct vmclock_utc_reading clamped_now(struct rig *g, struct vmclock_clamp *clamp)
{
    struct vmclock_utc_reading utc;
    memset(&utc, 0, sizeof utc);
    assert_int_equal(vmclock_clamp_steer_utc_now(clamp, &g->steer, &utc), 0);
    return utc;
}

static void start(struct rig *g, struct vmclock_clamp *clamp, uint64_t limit_ns)
{
    rig_start(g, 0);
    put(g, AT_MAXERROR, 8, 1000000);
    vmclock_clamp_init(clamp, limit_ns);
    assert_int_equal(vmclock_steer_start_epoch(&g->steer, NULL), 0);
}

/* A CPU that is 5 ms behind: what the other one was told is told again, and is out of its interval. */
static void a_counter_that_lags(void **state)
{
    struct vmclock_utc_reading before, plain, utc;
    struct vmclock_clamp clamp;
    struct rig g;
    (void)state;
    start(&g, &clamp, 0);
    g.counter.value += GHZ / 2;
    before = clamped_now(&g, &clamp);
    assert_int_equal(before.clamped, 0);
    assert_int_equal(before.converged, 1);
    g.counter.value -= GHZ / 200;
    memset(&plain, 0, sizeof plain);
    assert_int_equal(vmclock_steer_utc_now(&g.steer, &plain), 0);
    utc = clamped_now(&g, &clamp);
    assert_int_equal(utc.clamped, 1);
    assert_int_equal(utc.converged, 0);
    assert_memory_equal(&utc.utc, &before.utc, offsetof(struct vmclock_label, error) + 1);
    assert_true(utc.estimate.error_ns >= plain.estimate.error_ns + 4999998 &&
                utc.estimate.error_ns <= plain.estimate.error_ns + 5000002);
    /* All else is what there is without: the interval is the reference's. */
    plain.utc = utc.utc;
    plain.tai = utc.tai;
    plain.clamped = 1;
    plain.converged = 0;
    plain.estimate.error_ns = utc.estimate.error_ns;
    assert_memory_equal(&utc, &plain, sizeof utc);
    g.counter.value += GHZ / 200 - 500000; /* half of the bound */
    utc = clamped_now(&g, &clamp);
    assert_int_equal(utc.clamped, 1);
    assert_int_equal(utc.converged, 1);
    g.counter.value += GHZ;
    assert_int_equal(clamped_now(&g, &clamp).clamped, 0);
}

static void no_clamp_reaches_into_another_epoch(void **state)
{
    struct vmclock_utc_reading before, utc;
    struct vmclock_clamp clamp;
    struct rig g;
    (void)state;
    start(&g, &clamp, 1000000);
    before = clamped_now(&g, &clamp);
    put(&g, AT_SEC, 8, (uint64_t)TAI_2017 - 5);
    assert_int_equal(vmclock_steer_start_epoch(&g.steer, NULL), 0);
    utc = clamped_now(&g, &clamp);
    assert_int_equal(utc.clamped, 0);
    assert_int_equal(utc.epoch, before.epoch + 1);
    assert_true(utc.utc.instant.sec == TAI_2017 - 5);
    g.counter.value += GHZ / 4; /* the clock does not go back behind its start */
    utc = clamped_now(&g, &clamp);
    g.counter.value -= GHZ / 1000;
    assert_int_equal(clamped_now(&g, &clamp).clamped, 1);
    g.counter.value -= GHZ / 1000;
    MARK(utc);
    assert_int_equal(vmclock_clamp_steer_utc_now(&clamp, &g.steer, &utc), VMCLOCK_ERR_TOO_FAR);
    ASSERT_UNTOUCHED(utc);
}

static void update_of_the_page(struct test_counter *counter)
{
    counter->on_read = NULL;
    put(counter->page, AT_SMEAR, 1, 0);
}

static void one_try(void **state)
{
    struct vmclock_utc_reading utc;
    struct vmclock_clamp clamp;
    struct rig g;
    (void)state;
    start(&g, &clamp, 0);
    memset(&utc, 0, sizeof utc);
    assert_int_equal(vmclock_clamp_steer_try_utc_now(&clamp, &g.steer, &utc), 0);
    assert_int_equal(utc.epoch, 1);
    g.counter.reads = 0;
    MARK(utc);
    clamp.count |= 1;
    assert_int_equal(vmclock_clamp_steer_try_utc_now(&clamp, &g.steer, &utc), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_clamp_steer_utc_now(&clamp, &g.steer, &utc), VMCLOCK_ERR_BUSY);
    clamp.count &= ~(uint64_t)1;
    g.steer.seq |= 1;
    assert_int_equal(vmclock_clamp_steer_try_utc_now(&clamp, &g.steer, &utc), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_clamp_steer_utc_now(&clamp, &g.steer, &utc), VMCLOCK_ERR_BUSY);
    assert_int_equal(g.counter.reads, 0);
    g.steer.seq &= ~1u;
    g.counter.on_read = update_of_the_page; /* which a second one would not meet */
    g.counter.page = &g;
    assert_int_equal(vmclock_clamp_steer_try_utc_now(&clamp, &g.steer, &utc), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(utc);
}

/* A new epoch in each round, which a handler has seen first. */
static struct rig interrupted;
static struct vmclock_clamp interrupted_clamp;
static unsigned handlers;

static void handler(struct test_counter *counter);

/* The reading that is taken once more, as the epoch has changed. */
static void quiet_once(struct test_counter *counter)
{
    counter->on_read = handler;
}

static void handler(struct test_counter *counter)
{
    counter->on_read = NULL;
    assert_int_equal(vmclock_steer_start_epoch(&interrupted.steer, NULL), 0);
    (void)clamped_now(&interrupted, &interrupted_clamp);
    handlers++;
    counter->on_read = quiet_once;
}

static void handlers_without_end(void **state)
{
    struct vmclock_utc_reading utc;
    (void)state;
    start(&interrupted, &interrupted_clamp, 0);
    interrupted.counter.on_read = handler;
    MARK(utc);
    assert_int_equal(vmclock_clamp_steer_utc_now(&interrupted_clamp, &interrupted.steer, &utc),
                     VMCLOCK_ERR_BUSY);
    assert_int_equal(handlers, 4);
    ASSERT_UNTOUCHED(utc);
}

static void before_the_first_epoch(void **state)
{
    struct vmclock_utc_reading utc;
    struct vmclock_clamp clamp;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    vmclock_clamp_init(&clamp, 0);
    MARK(utc);
    assert_int_equal(vmclock_clamp_steer_utc_now(&clamp, &g.steer, &utc), VMCLOCK_ERR_NO_CLOCK);
    ASSERT_UNTOUCHED(utc);
}

/*
 * Threads, each with a counter some ticks behind the others'. What a reading says is compared with the
 * latest that was complete, on any of them, when it began.
 */
#define THREADS 3
#define READINGS 20000

static uint64_t ticks;
static uint64_t latest_ns, went_back, was_clamped;
static __thread uint64_t lag;
static struct rig shared;
static struct vmclock_clamp shared_clamp;

static uint64_t lagging(void *context)
{
    (void)context;
    return REF + 100000 + __atomic_fetch_add(&ticks, 3, __ATOMIC_RELAXED) - lag;
}

static void *read_many(void *own_lag)
{
    lag = (uint64_t)(uintptr_t)own_lag;
    for (unsigned i = 0; i < READINGS; i++) {
        struct vmclock_utc_reading utc;
        uint64_t before_ns = __atomic_load_n(&latest_ns, __ATOMIC_ACQUIRE), ns;

        if (vmclock_clamp_steer_utc_now(&shared_clamp, &shared.steer, &utc))
            continue; /* tries are few: another thread may have had its turns in between */
        ns = (uint64_t)utc.utc.instant.sec << 30 | utc.utc.instant.frac64 >> 34;
        if (ns < before_ns)
            __atomic_fetch_add(&went_back, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&was_clamped, utc.clamped, __ATOMIC_RELAXED);
        while (before_ns < ns && !__atomic_compare_exchange_n(&latest_ns, &before_ns, ns, 0,
                                                              __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            ;
    }
    return NULL;
}

static void many_at_once(void **state)
{
    const struct vmclock_steer_config config = {0, PPM * 1000};
    const struct vmclock_counter counter = {lagging, NULL, VMCLOCK_COUNTER_ID_X86_TSC};
    pthread_t threads[THREADS];
    (void)state;
    rig_start(&shared, 0);
    assert_int_equal(
        vmclock_open_with_counter(&shared.clk, &shared.page, sizeof shared.page, &counter), 0);
    assert_int_equal(vmclock_steer_init(&shared.steer, &shared.clk, &config), 0);
    assert_int_equal(vmclock_steer_start_epoch(&shared.steer, NULL), 0);
    vmclock_clamp_init(&shared_clamp, 0);
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_many, (void *)(i * 1000)), 0);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(was_clamped > 0); /* the lag is 300 readings of one thread */
    assert_true(went_back == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_that_lags),
        cmocka_unit_test(no_clamp_reaches_into_another_epoch),
        cmocka_unit_test(one_try),
        cmocka_unit_test(before_the_first_epoch),
        cmocka_unit_test(handlers_without_end),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests_name("steer_clamp", tests, NULL, NULL);
}
