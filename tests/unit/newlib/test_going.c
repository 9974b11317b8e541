/* SPDX-License-Identifier: BSD-2-Clause */
/* newlib's clocks over a long run of readings, with what may come in between: none steps, stops or goes
 * back but as it is said, and CLOCK_MONOTONIC never does. */
#include <vmclock/counter.h>
#include "page.h"

#define REFRESH 1000 /* ms */

int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    (void)found;
    *boot_ticks = 0;
    return VMCLOCK_ERR_NO_DEVICE;
}

/* Another page, with a counter of its own: another function, or one with another context. */
static struct vmclock other;
static uint64_t other_ticks;

static uint64_t read_from(void *context)
{
    return context ? *(const uint64_t *)context : other_ticks;
}

static void open_by(struct vmclock *opened, uint64_t (*read)(void *), void *context)
{
    const struct vmclock_counter counter = {read, context, 1};

    assert_int_equal(vmclock_open_with_counter(opened, &page, sizeof(page), &counter), 0);
}

/* The counter begins again, which the page says. */
static void start_anew(void)
{
    static uint64_t marker = 1000;

    start_clocks();
    update(0x10, 8, ++marker);
}

static int setup(void **state)
{
    (void)state;
    start_anew();
    since = get(CLOCK_MONOTONIC);
    return 0;
}

static int64_t ns_of(struct timespec time)
{
    return time.tv_sec * (int64_t)SEC + time.tv_nsec;
}

/* From the page's reference point on, its clock is ahead of the counter by so much. */
static void publish(int64_t ahead_ns)
{
    const int64_t ns = NOON * (int64_t)SEC + (int64_t)(ticks - 10ull * SEC) + ahead_ns;

    put(0x28, 8, ticks);
    put(0x48, 8, (uint64_t)(ns / (int64_t)SEC));
    update(0x50, 8, (uint64_t)(ns % (int64_t)SEC) * 18446744073u);
}

/* What TAI and MONOTONIC show, how fast both go, and that they do so together. */
struct pace {
    int64_t tai_ns, monotonic_ns;
};

static struct pace look(void)
{
    const struct pace now = {ns_of(get(CLOCK_TAI)), ns_of(get(CLOCK_MONOTONIC))};

    assert_int_equal(ns_of(get(CLOCK_REALTIME)), now.tai_ns - UTC_BEFORE * (int64_t)SEC);
    return now;
}

/* After a step: by_ppm faster than the counter, to a ppm, or to the nanoseconds of some roundings. */
static struct pace steps_on(struct pace before, uint64_t passed_ticks, int64_t by_ppm)
{
    int64_t passed = (int64_t)passed_ticks, expected = passed + passed / 1000000 * by_ppm;
    int64_t near = passed / 1000000 + 3;
    struct pace now;

    ticks += passed_ticks;
    now = look();
    assert_in_range(now.tai_ns - before.tai_ns - expected + near, 0, 2 * near);
    assert_in_range(now.monotonic_ns - before.monotonic_ns - expected + near, 0, 2 * near);
    return now;
}

/* A hundred seconds, refreshed once a second by a host that is right. */
static void a_hundred_seconds(void **state)
{
    struct pace now = look(), first = now;

    (void)state;
    for (int ms = 0; ms < 100000; ms += 20) {
        if (ms % REFRESH == 0)
            publish(0);
        now = steps_on(now, 20000000, 0);
    }
    assert_in_range(now.tai_ns - first.tai_ns - 100 * (int64_t)SEC + 100, 0, 200);
    assert_in_range(now.monotonic_ns - first.monotonic_ns - 100 * (int64_t)SEC + 100, 0, 200);
}

/* A host that steps is followed from the next second on, at 500 ppm, and then is reached. */
static void a_host_that_steps(void **state)
{
    static const int64_t steps_ns[] = {10000000, -10000000};
    struct pace now;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        int64_t ahead_ns;

        start_anew();
        now = look();
        publish(steps_ns[i]);
        now = steps_on(now, SEC, 0); /* not looked at yet: a second is allowed to pass */
        now = steps_on(now, SEC, steps_ns[i] > 0 ? 500 : -500);
        for (int sec = 0; sec < 10; sec++)
            now = steps_on(now, SEC, steps_ns[i] > 0 ? 500 : -500);
        for (int sec = 0; sec < 20; sec++)
            ticks += SEC, now = look();
        ahead_ns = now.tai_ns - NOON * (int64_t)SEC - (int64_t)(ticks - 10ull * SEC);
        assert_in_range(ahead_ns - steps_ns[i] + 2000, 0, 4000);
        (void)steps_on(now, SEC, 0);
    }
}

/* Another CPU's counter lags: by what a program can see, no clock goes back, and none is told twice. */
static void counter_behind(void **state)
{
    static const uint64_t lags[] = {1, 1000, 100000, 5000000};
    struct pace first = look(), now = first;
    uint64_t began_ticks = ticks;

    (void)state;
    for (int round = 0; round < 200; round++) {
        const uint64_t lag = lags[round % 4];
        struct pace behind;

        now = steps_on(now, 10000000, 0);
        ticks -= lag;
        behind = look();
        assert_int_equal(behind.monotonic_ns, now.monotonic_ns);
        assert_in_range(now.tai_ns - behind.tai_ns, 0, lag + 1);
        ticks += lag;
        assert_in_range(look().tai_ns - now.tai_ns + 2, 0, 4);
    }
    now = look();
    assert_in_range(now.monotonic_ns - first.monotonic_ns - (int64_t)(ticks - began_ticks) + 400, 0,
                    800);
}

/* The same while the page's clock is refused, so that the time since boot goes by its own pace. */
static void counter_behind_without_time(void **state)
{
    (void)state;
    update(0x22, 1, 4); /* UNRELIABLE */
    for (int round = 0; round < 50; round++) {
        ticks += SEC;
        assert_elapsed(1, 0);
        ticks -= 5000000;
        assert_elapsed(0, 0);
        ticks += 4000000;
        assert_elapsed(0, 0);
        ticks += 1000000;
        assert_elapsed(0, 0);
    }
}

/* A page that is busy once is no reason to look for another time. */
static void busy_once(void **state)
{
    struct pace now = look();
    const uint64_t seq = bytes()[0x0c];

    (void)state;
    publish(-5 * (int64_t)SEC);
    put(0x0c, 4, 99);
    ticks += SEC;
    assert_fails(CLOCK_REALTIME, VMCLOCK_ERR_BUSY, EAGAIN);
    assert_fails(CLOCK_TAI, VMCLOCK_ERR_BUSY, EAGAIN);
    ticks += SEC;
    since = (struct timespec){now.monotonic_ns / SEC, now.monotonic_ns % SEC};
    assert_elapsed(2, 0);
    put(0x0c, 4, seq + 2);
    now = look(); /* no step back */
    assert_in_range(now.tai_ns - NOON * (int64_t)SEC, SEC, 3ull * SEC);
    (void)steps_on(now, SEC, -500);
}

/* A second start with the same page, for another limit: MONOTONIC goes on, the others start anew. */
static void second_init(void **state)
{
    struct pace before = look(), now;

    (void)state;
    publish(-5 * (int64_t)SEC);
    ticks += SEC;
    vmclock_newlib_init(&clk, 0); /* this boot is the first one's all the same */
    now = look();
    assert_in_range(now.monotonic_ns - before.monotonic_ns - (int64_t)SEC + 3, 0, 6);
    assert_in_range(now.tai_ns - before.tai_ns + 4 * (int64_t)SEC + 3, 0, 6);
    (void)steps_on(now, SEC, 0);
}

/* Another page, whose counter is another one: what that says has nothing to do with the first. */
static void goes_on_by_another(void)
{
    int64_t before, after;

    ticks += SEC;
    before = look().monotonic_ns;
    other_ticks = 1ull << 50;
    put(0x28, 8, other_ticks);
    vmclock_newlib_init(&other, 0);
    after = ns_of(get(CLOCK_MONOTONIC));
    assert_in_range(after - before, 0, 2);
    other_ticks += 2ull * SEC;
    assert_in_range(ns_of(get(CLOCK_MONOTONIC)) - after - 2 * (int64_t)SEC + 3, 0, 6);
    put(0x28, 8, 10ull * SEC);
}

static void another_counter(void **state)
{
    struct vmclock_counter_info info;
    struct timespec now;
    int64_t before, after;

    (void)state;
    open_by(&other, read_from, NULL);
    goes_on_by_another();
    open_by(&clk, read_from, &ticks);
    vmclock_newlib_init(&clk, 0);
    goes_on_by_another();
    before = ns_of(get(CLOCK_MONOTONIC));
    vmclock_newlib_init(NULL, 0); /* none: by the CPU's own, if its frequency is known */
    vmclock_ask_counter(&info);
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), info.frequency_hz ? 0 : -1);
    if (info.frequency_hz)
        assert_in_range(ns_of(now) - before, 0, 60ull * SEC);
    else
        assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_NO_DEVICE);
    vmclock_newlib_init(&clk, 0); /* and back */
    after = ns_of(get(CLOCK_MONOTONIC));
    assert_in_range(after - before, 0, 60ull * SEC);
    ticks += SEC;
    assert_in_range(ns_of(get(CLOCK_MONOTONIC)) - after - (int64_t)SEC + 3, 0, 6);
}

/* Another page that looks like the first, but for what it says of TAI. */
static void another_page(void **state)
{
    static struct {
        uint64_t align;
        unsigned char bytes[sizeof(page)];
    } copy;
    const struct vmclock_counter counter = {read_ticks, NULL, 1};
    struct vmclock_newlib_reading reading;

    (void)state;
    assert_int_equal(vmclock_newlib_utc(&reading), 0);
    memcpy(&copy, &page, sizeof(page));
    ((unsigned char *)&copy)[0x24] = UTC_BEFORE - 1;
    assert_int_equal(vmclock_open_with_counter(&other, &copy, sizeof(page), &counter), 0);
    vmclock_newlib_init(&other, 0);
    assert_int_equal(vmclock_newlib_utc(&reading), 0);
    assert_time(reading.now.time, NOON - UTC_BEFORE + 1, 0);
}

/* CLOCK_MONOTONIC over all of it: never back, and as much as has passed where that is known. */
static void all_of_it(void **state)
{
    int64_t last = ns_of(get(CLOCK_MONOTONIC)), sum = 0, first = last;
    uint64_t random = 1;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t now, passed;

        random = random * 6364136223846793005u + 1442695040888963407u;
        passed = (int64_t)(random >> 40) % 3000000;
        ticks += (uint64_t)passed;
        switch (random >> 60) {
        case 0:
            publish((int64_t)(random >> 32 & 0xffff) - 0x8000);
            break;
        case 1:
            update(0x22, 1, 4); /* UNRELIABLE */
            break;
        case 2:
            put(0x0c, 4, 99);
            break;
        case 3:
            vmclock_newlib_init(&clk, random);
            break;
        default:
            update(0x22, 1, 2);
            put(0x0c, 4, bytes()[0x0c] & ~1u);
        }
        now = ns_of(get(CLOCK_MONOTONIC));
        /* At most 500 ppm faster or slower; of some ms, where it went by another pace meanwhile. */
        assert_true(now >= last);
        assert_in_range(now - last - passed + 10000, 0, 20000);
        last = now;
        sum += passed;
    }
    assert_in_range(last - first - sum + sum / 1990, 0, 2 * (sum / 1990));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
    const struct CMUnitTest tests[] = {
        TEST(a_hundred_seconds), TEST(a_host_that_steps),
        TEST(counter_behind),    TEST(counter_behind_without_time),
        TEST(busy_once),         TEST(second_init),
        TEST(another_counter),   TEST(another_page),
        TEST(all_of_it),
    };

    return cmocka_run_group_tests_name("newlib.going", tests, NULL, NULL);
}
