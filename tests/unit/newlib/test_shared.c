/* SPDX-License-Identifier: BSD-2-Clause */
/* newlib's clocks by many at once: whatever is read is interrupted wherever it reads the counter, by
 * a handler that reads all clocks. On one CPU, so that each run is the same; races.newlib has two. */
#include "page.h"

#define DEPTH 2

static unsigned depth, finds;
static unsigned long interrupts, answers, busy;
static int64_t ahead_ns; /* the page's clock, of the counter */
static int64_t shown_ns; /* the latest time since boot that anybody was given */

static int64_t ns_of(struct timespec time)
{
    return time.tv_sec * (int64_t)SEC + time.tv_nsec;
}

static int64_t tai_ns(void)
{
    return NOON * (int64_t)SEC + (int64_t)(ticks - 10ull * SEC) + ahead_ns;
}

/* What was known when a reading began: it is not before that, and not after what is known at its end. */
struct since {
    int64_t shown_ns, tai_ns;
};

static struct since begin(void)
{
    return (struct since){shown_ns, tai_ns()};
}

static void judge(clockid_t clock, int error, struct timespec now, struct since began)
{
    const int64_t ns = ns_of(now) + (clock == CLOCK_REALTIME ? UTC_BEFORE * (int64_t)SEC : 0);

    if (error == VMCLOCK_ERR_BUSY) {
        busy++;
        return;
    }
    assert_int_equal(error, 0);
    answers++;
    if (clock == CLOCK_MONOTONIC) {
        assert_true(ns >= began.shown_ns);
        shown_ns = ns > shown_ns ? ns : shown_ns;
    } else {
        assert_in_range(ns - began.tai_ns + 3, 0, tai_ns() - began.tai_ns + 6);
    }
}

static void read_all(int (*get_time)(clockid_t clock, struct timespec *now))
{
    static const clockid_t clocks[] = {CLOCK_MONOTONIC, CLOCK_TAI, CLOCK_REALTIME};
    struct vmclock_newlib_reading reading = {.bound_kind = 0};
    struct since began;
    struct timespec now = {0, 0};
    int error;

    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        began = begin();
        error = get_time(clocks[i], &now);
        judge(clocks[i], error, now, began);
    }
    began = begin();
    error = vmclock_newlib_tai(&reading) ? vmclock_newlib_error() : 0;
    judge(CLOCK_TAI, error, reading.now.time, began);
}

static int get_time_or_error(clockid_t clock, struct timespec *now)
{
    return clock_gettime(clock, now) ? vmclock_newlib_error() : 0;
}

/* Interrupted now and then, and so is the handler. */
static uint64_t read_interrupted(void *context)
{
    static uint64_t random = 1;

    (void)context;
    random = random * 6364136223846793005u + 1442695040888963407u;
    ticks += 100;
    if (depth < DEPTH && random >> 62 == 0) {
        depth++;
        interrupts++;
        read_all(random >> 61 & 1 ? vmclock_newlib_try : get_time_or_error);
        depth--;
    }
    return ticks += 100;
}

static int open_interrupted(struct vmclock *opened)
{
    static const struct vmclock_counter counter = {read_interrupted, NULL, 1};
    int error = vmclock_open_with_counter(opened, &page, sizeof(page), &counter);

    opened->max_tries = 3;
    return error;
}

/* Interrupted, too, once; who reads a clock then is told, and does not search as well. */
int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    struct timespec now;

    if (++finds > 1)
        fail_msg("searched in a search");
    assert_int_equal(vmclock_newlib_try(CLOCK_MONOTONIC, &now), VMCLOCK_ERR_BUSY);
    assert_int_equal(clock_gettime(CLOCK_TAI, &now), -1);
    assert_int_equal(errno, EAGAIN);
    *boot_ticks = 4ull * SEC;
    return open_interrupted(found);
}

static void the_first_look(void **state)
{
    (void)state;
    (void)get(CLOCK_MONOTONIC);
    assert_int_equal(finds, 1);
}

/* The page says what it said, from a new reference point, or is 10 s ahead after a disruption. */
static void change(int disrupted)
{
    static uint64_t marker = 100;
    int64_t ns;

    ahead_ns += disrupted ? 10 * (int64_t)SEC : 0;
    marker += disrupted ? 1 : 0;
    ns = tai_ns();
    put(0x10, 8, marker);
    put(0x28, 8, ticks);
    put(0x48, 8, (uint64_t)(ns / SEC));
    update(0x50, 8, (uint64_t)(ns % SEC) * 18446744073u);
}

static void interrupted_anywhere(void **state)
{
    (void)state;
    interrupts = answers = busy = 0;
    for (int round = 0; round < 20000; round++) {
        ticks += round % 7 ? 1000 : SEC;
        if (round % 3 == 0)
            change(round % 9 == 0);
        read_all(get_time_or_error);
    }
    print_message("%lu interrupts: %lu answers, %lu busy\n", interrupts, answers, busy);
    assert_true(interrupts > 20000 && answers > 80000 && busy > 0);
}

/* One that is told BUSY has made as many tries as the handle says, and no more. */
static void no_more_tries_than_allowed(void **state)
{
    struct timespec now;

    (void)state;
    put(0x0c, 4, 99);
    for (clk.max_tries = 1; clk.max_tries < 2000; clk.max_tries *= 3) {
        depth = DEPTH;
        assert_int_equal(vmclock_newlib_try(CLOCK_TAI, &now), VMCLOCK_ERR_BUSY);
        assert_fails(CLOCK_TAI, VMCLOCK_ERR_BUSY, EAGAIN);
        depth = 0;
    }
}

/* What a handler asks for leaves alone what the interrupted program would look at. */
static void beside_errno(void **state)
{
    struct timespec now = {11, 22};

    (void)state;
    depth = DEPTH;
    (void)clock_gettime((clockid_t)99, &now);
    errno = 77;
    assert_int_equal(vmclock_newlib_try(CLOCK_TAI, &now), VMCLOCK_ERR_BUSY);
    assert_time(now, 11, 22);
    assert_int_equal(errno, 77);
    assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_ARGUMENT);
    put(0x0c, 4, 100);
    assert_int_equal(vmclock_newlib_try(CLOCK_TAI, &now), 0);
    assert_int_equal(errno, 77);
    assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_newlib_try((clockid_t)99, &now), VMCLOCK_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_look),
        cmocka_unit_test(interrupted_anywhere),
        cmocka_unit_test(no_more_tries_than_allowed),
        cmocka_unit_test(beside_errno),
    };

    make_page();
    ticks = 10ull * SEC;
    return cmocka_run_group_tests_name("newlib.shared", tests, NULL, NULL);
}
