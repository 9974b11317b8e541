/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeps on newlib's clocks, by a counter that goes on whenever it is read: never too short by the clock
 * that was asked for, hardly too long, and at an end also where the clock or the counter fails. */
#include <vmclock/counter.h>
#include "page.h"

#define LOOKS 40 /* a sleep may be so many reads of the counter too long */

static uint64_t tick_step;
static uint64_t event_ticks; /* when the counter comes there, that happens, once; 0: nothing */
static void (*event)(void);
static unsigned long reads, reads_most;

int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    (void)found;
    *boot_ticks = 0;
    return VMCLOCK_ERR_NO_DEVICE;
}

static uint64_t read_going(void *context)
{
    (void)context;
    if (++reads > reads_most)
        fail_msg("it hangs");
    ticks += tick_step;
    if (event_ticks && ticks >= event_ticks) {
        event_ticks = 0;
        event();
    }
    return ticks;
}

static int setup(void **state)
{
    static const struct vmclock_counter counter = {read_going, NULL, 1};
    static uint64_t marker = 1000;

    (void)state;
    make_page();
    put(0x10, 8, ++marker);
    ticks = 10ull * SEC;
    tick_step = 50;
    event_ticks = 0;
    reads = 0;
    reads_most = 3000000;
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof(page), &counter), 0);
    clk.max_tries = 3;
    vmclock_newlib_init(&clk, 10ull * SEC);
    (void)get(CLOCK_MONOTONIC);
    (void)get(CLOCK_REALTIME);
    return 0;
}

static int64_t ns_of(struct timespec time)
{
    return time.tv_sec * (int64_t)SEC + time.tv_nsec;
}

static int64_t now_ns(clockid_t clock)
{
    return ns_of(get(clock));
}

static struct timespec of_ns(int64_t ns)
{
    return (struct timespec){ns / (int64_t)SEC, ns % (int64_t)SEC};
}

static void when(uint64_t after_ticks, void (*happens)(void))
{
    event_ticks = ticks + after_ticks;
    event = happens;
}

static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_TAI, CLOCK_MONOTONIC};

static void sleeps(clockid_t clock, int flags, int64_t asked_ns)
{
    const int64_t before = now_ns(clock);
    struct timespec request = of_ns(flags ? before + asked_ns : asked_ns), rest = {11, 22};
    const int64_t most = LOOKS * (int64_t)tick_step;
    int64_t passed;

    errno = 99;
    assert_int_equal(clock_nanosleep(clock, flags, &request, &rest), 0);
    assert_int_equal(errno, 99);
    assert_int_equal(vmclock_newlib_error(), 0);
    passed = now_ns(clock) - before;
    assert_in_range(passed - asked_ns, 0, most);
    assert_time(rest, 11, 22);
}

static void on_each_clock(void **state)
{
    static const int64_t asked[] = {0, 1, 7, 999, 123456, 1000000, 1500001};

    (void)state;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++)
        for (size_t j = 0; j < sizeof(asked) / sizeof(asked[0]); j++) {
            sleeps(clocks[i], 0, asked[j]);
            sleeps(clocks[i], TIMER_ABSTIME, asked[j]);
        }
    tick_step = 20000;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        sleeps(clocks[i], 0, 20000001);
        sleeps(clocks[i], 0, 3 * (int64_t)SEC + 5);
        sleeps(clocks[i], TIMER_ABSTIME, 3 * (int64_t)SEC + 5);
    }
}

/* What is read before and after is rounded down: where the two clocks do so at other ticks, too. */
static void not_a_nanosecond_short(void **state)
{
    (void)state;
    tick_step = 50;
    reads_most = 30000000;
    put(0x30, 8, GHZ_PERIOD / 1024);
    update(0x10, 8, 1); /* an epoch, which begins in the midst of a ns: 500 ticks later */
    ticks += 500;
    (void)get(CLOCK_MONOTONIC);
    for (int i = 0; i < 300;
         i++) /* so long that the wait ends before, and the last ns is looked at */
        sleeps(clocks[i % 3], 0, 1000 + i % 100);
}

/* While the clock is slewed, it is slower or faster than the pace that the wait goes by. */
static void while_slewing(void **state)
{
    static const int64_t steps_sec[] = {5, -5};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        setup(NULL);
        update(0x48, 8, (uint64_t)(NOON + steps_sec[i]));
        for (size_t j = 0; j < 3; j++) {
            sleeps(clocks[j], 0, 9000000);
            sleeps(clocks[j], TIMER_ABSTIME, 9000000);
        }
    }
}

static void has_come(void **state)
{
    const struct timespec past = {5, 0};
    const uint64_t began = ticks;

    (void)state;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        if (clocks[i] == CLOCK_MONOTONIC)
            ticks += 10ull * SEC;
        assert_int_equal(clock_nanosleep(clocks[i], TIMER_ABSTIME, &past, NULL), 0);
    }
    assert_in_range(ticks - began - 10ull * SEC, 0, 5000);
}

static void nanosleep_is_on_realtime(void **state)
{
    struct timespec request = {0, 1500}, rest = {11, 22};
    const int64_t before = now_ns(CLOCK_REALTIME);

    (void)state;
    errno = 99;
    assert_int_equal(nanosleep(&request, &rest), 0);
    assert_int_equal(errno, 99);
    assert_time(rest, 11, 22);
    assert_in_range(now_ns(CLOCK_REALTIME) - before, 1500, 1500 + LOOKS * 50);
    assert_int_equal(nanosleep(&request, NULL), 0);
    request.tv_nsec = SEC;
    assert_int_equal(nanosleep(&request, &rest), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_ARGUMENT);
}

static void refuses(clockid_t clock, int64_t sec, long ns)
{
    const struct timespec request = {sec, ns};
    struct timespec rest = {11, 22};

    errno = 99;
    assert_int_equal(clock_nanosleep(clock, 0, &request, &rest), EINVAL);
    assert_int_equal(clock_nanosleep(clock, TIMER_ABSTIME, &request, &rest), EINVAL);
    assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(errno, 99);
    assert_time(rest, 11, 22);
}

static void wrong_arguments(void **state)
{
    (void)state;
    refuses(CLOCK_MONOTONIC, 0, -1);
    refuses(CLOCK_REALTIME, 0, SEC);
    refuses(CLOCK_TAI, -1, 0);
    refuses((clockid_t)99, 0, 1);
}

/* The machine is restored elsewhere, 3 s later by its page. */
static void is_restored(void)
{
    ticks = 1ull << 50;
    put(0x10, 8, 77);
    put(0x28, 8, ticks);
    update(0x48, 8, NOON + 3);
}

/* A clock that steps is what a sleep until a time goes by, and not one for a time. */
static void over_a_disruption(void **state)
{
    const struct timespec until = {NOON + 2, 0}, before_it = {NOON - UTC_BEFORE + 3, 2000000};
    struct timespec request = of_ns(5000000);
    uint64_t began;

    (void)state;
    when(1000000, is_restored);
    assert_int_equal(clock_nanosleep(CLOCK_TAI, TIMER_ABSTIME, &until, NULL), 0);
    assert_in_range(ticks - (1ull << 50), 0, 1100000);
    assert_int_equal(get(CLOCK_TAI).tv_sec, NOON + 3);
    setup(NULL);
    when(1000000, is_restored);
    assert_int_equal(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &before_it, NULL), 0);
    assert_in_range(ticks - (1ull << 50), 1999000, 2100000);
    setup(NULL);
    began = ticks;
    when(1000000, is_restored);
    assert_int_equal(clock_nanosleep(CLOCK_REALTIME, 0, &request, NULL), 0);
    /* Of the time from the last look to the disruption nobody knows how long it was. */
    assert_in_range(event_ticks, 0, 0);
    assert_in_range(ticks - (1ull << 50), 4000000 - (ticks < began), 5100000);
}

static void is_refused(void)
{
    update(0x22, 1, 4);
}

static void is_damaged(void)
{
    put(0x00, 1, 0);
}

static void is_stuck(void)
{
    put(0x0c, 4, 99);
}

/* Until a time there is no other way to know; for a time there is the counter. */
static void the_page_goes(void **state)
{
    static const struct {
        void (*happens)(void);
        int error, number;
    } cases[] = {
        {is_refused, VMCLOCK_ERR_UNSYNCHRONISED, ENODATA},
        {is_damaged, VMCLOCK_ERR_CHANGED, EIO},
        {is_stuck, VMCLOCK_ERR_BUSY, EAGAIN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct timespec until = {NOON - UTC_BEFORE + 1, 0};
        struct timespec rest = {11, 22};

        setup(NULL);
        when(2500000, cases[i].happens);
        assert_int_equal(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, &rest),
                         cases[i].number);
        assert_int_equal(vmclock_newlib_error(), cases[i].error);
        assert_time(rest, 11, 22);
        assert_in_range(ticks - 10ull * SEC, 2500000, 4000000);
        sleeps(CLOCK_MONOTONIC, 0, 3000000);
        sleeps(CLOCK_MONOTONIC, TIMER_ABSTIME, 3000000);
    }
}

static void stands(void)
{
    tick_step = 0;
}

static void goes_back(void)
{
    ticks -= 5ull * SEC;
}

static void is_behind(void)
{
    ticks -= 3000000;
}

/* A counter that stands, or was set back without a word: by the clock no time passes any more. */
static void the_counter_fails(void **state)
{
    static void (*const happenings[])(void) = {stands, goes_back};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct timespec request = {0, 9000000};
        int64_t left;

        setup(NULL);
        when(2500000, happenings[i]);
        assert_int_equal(clock_nanosleep(CLOCK_MONOTONIC, 0, &request, &request), EAGAIN);
        assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_NOT_YET);
        left = ns_of(request);
        assert_in_range(left, 6000000, 9000000);
        assert_in_range(ticks - (i ? 5ull * SEC : 10ull * SEC), 2000000, 120000000);
        setup(NULL);
        when(2500000, happenings[i]);
        request = (struct timespec){NOON, 900000000};
        errno = 0;
        assert_int_equal(clock_nanosleep(CLOCK_TAI, TIMER_ABSTIME, &request, NULL), EAGAIN);
        setup(NULL);
        when(2500000, happenings[i]);
        request = (struct timespec){0, 9000000};
        assert_int_equal(nanosleep(&request, &request), -1);
        assert_int_equal(errno, EAGAIN);
    }
}

/* Another CPU is a little ahead: its time is waited for. */
static void the_counter_is_behind(void **state)
{
    struct timespec request = {0, 9000000}, rest = {11, 22};
    const int64_t before = now_ns(CLOCK_MONOTONIC);

    (void)state;
    when(2500000, is_behind);
    assert_int_equal(clock_nanosleep(CLOCK_MONOTONIC, 0, &request, &rest), 0);
    assert_in_range(now_ns(CLOCK_MONOTONIC) - before, 9000000, 9100000);
    assert_time(rest, 11, 22);
}

/* For ever, or as near to it as a clock can be: ends by the counter, not by arithmetic. */
static void as_long_as_can_be_said(void **state)
{
    struct timespec request = {INT64_MAX, 999999999}, rest;

    (void)state;
    when(2500000, stands);
    assert_int_equal(clock_nanosleep(CLOCK_TAI, 0, &request, &rest), EAGAIN);
    assert_true(rest.tv_sec > INT64_MAX - 100000000000);
    setup(NULL);
    when(2500000, stands);
    assert_int_equal(clock_nanosleep(CLOCK_TAI, TIMER_ABSTIME, &request, NULL), EAGAIN);
}

/* By the CPU's own counter, if its frequency is known; else nobody knows how long that is. */
static void without_a_page(void **state)
{
    struct vmclock_counter_info info;
    struct timespec request = {0, 2000000}, rest = {11, 22};
    int number;

    (void)state;
    vmclock_newlib_init(NULL, 0);
    assert_int_equal(clock_nanosleep(CLOCK_TAI, TIMER_ABSTIME, &request, &rest), ENODEV);
    assert_time(rest, 11, 22);
    number = clock_nanosleep(CLOCK_REALTIME, 0, &request, &rest);
    vmclock_ask_counter(&info);
    assert_int_equal(number, info.frequency_hz ? 0 : ENODEV);
    assert_time(rest, info.frequency_hz ? 11 : 0, info.frequency_hz ? 22 : 2000000);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
    const struct CMUnitTest tests[] = {
        TEST(on_each_clock),
        TEST(not_a_nanosecond_short),
        TEST(while_slewing),
        TEST(has_come),
        TEST(nanosleep_is_on_realtime),
        TEST(wrong_arguments),
        TEST(over_a_disruption),
        TEST(the_page_goes),
        TEST(the_counter_fails),
        TEST(the_counter_is_behind),
        TEST(as_long_as_can_be_said),
        TEST(without_a_page),
    };

    return cmocka_run_group_tests_name("newlib.sleep", tests, NULL, NULL);
}
