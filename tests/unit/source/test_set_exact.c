/* SPDX-License-Identifier: BSD-2-Clause */
/* A setting's limits to the tick, by a clock that is made up: moments, attempts, readings and errors. */
#include "drivers/source/set.h"
#include "machine.h"

#define BINARY (INT64_C(1) << 30) /* ticks of a second: its fractions are whole ticks */
#define HALF (BINARY / 2)
#define LATE (BINARY / 256) /* from there on it is the next second's turn */

static struct machine machine;
static uint64_t max_error_ns;
static int64_t ticks_per_sec, ref_ticks; /* the page's: START_SEC was at ref_ticks */

/* The clock: when it was set to what, and how it errs. Each second get is at the edge of a second. */
static unsigned sets, gets;
static int64_t set_sec, set_ticks, ahead_ticks, first_edge_ticks;
static int get_error; /* until it is set */

static unsigned counter_reads;
static int64_t last_ticks,
    before_ticks; /* the looks at it: the last one, and that before the second ended */
static uint64_t (*plain_counter)(void *context);

static uint64_t count_reads(void *context)
{
    counter_reads++;
    return (uint64_t)(last_ticks = (int64_t)plain_counter(context));
}

/* The next look at the counter is to be then, or as soon as it can be. */
static void hasten(int64_t ticks)
{
    if (machine.ns < ticks - machine.step_ns)
        machine.ns = ticks - machine.step_ns;
}

static int get(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time)
{
    const int64_t shown_sec = set_sec + 2;
    (void)rtc;
    if (!sets && get_error)
        return get_error;
    *time = (struct vmclock_rtc_time){shown_sec - 1 + gets % 2, 0, 0};
    if (gets % 2 == 0)
        before_ticks = last_ticks;
    if (gets++ % 2)
        hasten(sets ? ref_ticks + (shown_sec - START_SEC) * ticks_per_sec - ahead_ticks
                    : first_edge_ticks);
    return 0;
}

static int set_to(const struct vmclock_rtc *rtc, int64_t posix_sec)
{
    (void)rtc;
    sets++;
    set_sec = posix_sec;
    set_ticks = last_ticks;
    return 0;
}

/* By ticks of 2^-30 s, or of a ns. */
static void start(int64_t per_sec, int64_t step_ticks, int64_t first_ticks)
{
    machine_init(&machine, 2);
    ticks_per_sec = per_sec;
    if (per_sec == BINARY)
        machine_put(&machine, 0x30, 8, UINT64_C(1) << 63);
    machine.ns = first_ticks - step_ticks;
    machine.step_ns = step_ticks;
    plain_counter = machine.clk.counter.read;
    machine.clk.counter.read = count_reads;
    sets = gets = counter_reads = 0;
    set_sec = START_SEC - 1000;
    ref_ticks = ahead_ticks = first_edge_ticks = set_ticks = last_ticks = 0;
    get_error = 0;
    max_error_ns = VMCLOCK_SET_ERROR_NS_DEFAULT;
}

static int set_in(int phase, uint32_t max_readings, struct vmclock_set_result *result)
{
    const struct vmclock_rtc rtc = {
        .get = get, .set = set_to, .max_polls = 10, .phase = (uint8_t)phase};
    const struct vmclock_set how = {&machine.clk, NULL, max_error_ns, max_readings};
    return vmclock_set_rtc(&how, &rtc, result);
}

/* Looks at the counter are so far apart that one is in the moment for it, on its edge, or none is. */
static void moment(void **state)
{
    static const struct {
        int64_t first_ticks;
        int in_time;
    } cases[] = {{2 * LATE, 1}, {2 * LATE - 1, 0}, {2 * LATE + 1, 1}, {LATE - 1, 1}, {LATE, 0}};
    (void)state;
    for (size_t i = 0; i < 3 * sizeof cases / sizeof *cases; i++) {
        const int64_t first_ticks = cases[i / 3].first_ticks;
        const int phases[] = {VMCLOCK_RTC_PHASE_HALF, VMCLOCK_RTC_PHASE_ZERO,
                              VMCLOCK_RTC_PHASE_KEPT};
        const int64_t turn_ticks = i % 3 == 0 ? HALF : BINARY;
        struct vmclock_set_result result;
        start(BINARY, 2 * LATE, first_ticks);
        get_error = VMCLOCK_ERR_RTC_INVALID; /* it shows no edge that could be waited for */
        const int error = set_in(phases[i % 3], 1000, &result);
        if (error != (cases[i / 3].in_time ? 0 : VMCLOCK_ERR_BUSY))
            fail_msg("case %zu: %d", i, error);
        if (!error) {
            assert_int_equal(set_ticks, turn_ticks + first_ticks % (2 * LATE));
            assert_int_equal(set_sec, START_SEC + turn_ticks / BINARY);
            assert_int_equal(sets, 1);
        }
    }
}

/* A clock that keeps its beat is set to the nearest second, from the half on to the next one. */
static void nearest_second(void **state)
{
    (void)state;
    for (int before = 0; before < 2; before++) {
        struct vmclock_set_result result;
        start(BINARY, 1000, 1000);
        first_edge_ticks = 3 * BINARY;
        /* The third look from there on is what it is set by. */
        ref_ticks = first_edge_ticks + 2 * 1000 - 2 * BINARY - HALF + before;
        machine_put(&machine, 0x28, 8, (uint64_t)ref_ticks);
        assert_int_equal(set_in(VMCLOCK_RTC_PHASE_KEPT, 1000, &result), 0);
        assert_int_equal(set_ticks - ref_ticks, 2 * BINARY + HALF - before);
        assert_int_equal(set_sec, START_SEC + 3 - before);
    }
}

/* What a clock says that setting may cure, and what not. */
static void cured(void **state)
{
    (void)state;
    for (get_error = -1; get_error > -128; get_error--) {
        const int error = get_error;
        const int curable = error == VMCLOCK_ERR_RTC_BUSY || error == VMCLOCK_ERR_RTC_INVALID ||
                            error == VMCLOCK_ERR_RTC_STOPPED || error == VMCLOCK_ERR_RTC_FIRMWARE;
        struct vmclock_set_result result;
        start(SEC, 1000000, 1000000);
        get_error = error;
        assert_int_equal(set_in(VMCLOCK_RTC_PHASE_KEPT, 10000, &result), curable ? 0 : error);
        assert_int_equal(sets, curable);
    }
}

/* So far off it may be and is said to be; else there are three attempts. */
static void how_far_off(void **state)
{
    (void)state;
    for (int64_t sign = -1; sign <= 1; sign += 2) {
        struct vmclock_set_result result = {1, 2, 3};
        start(SEC, 1000, 1000);
        ahead_ticks = sign * (VMCLOCK_SET_OFF_NS_MAX + 1);
        assert_int_equal(set_in(VMCLOCK_RTC_PHASE_HALF, 10000000, &result),
                         VMCLOCK_ERR_RTC_NOT_SET);
        assert_int_equal(sets, 3);
        assert_int_equal(result.posix_sec, 1);
        start(SEC, 1000, 1000);
        ahead_ticks = sign * VMCLOCK_SET_OFF_NS_MAX;
        assert_int_equal(set_in(VMCLOCK_RTC_PHASE_HALF, 10000000, &result), 0);
        assert_int_equal(sets, 1);
        assert_int_equal(result.posix_sec, set_sec + 2);
        assert_int_equal(result.ahead_ns, ahead_ticks);
        const int64_t edge_ns = (set_sec + 2 - START_SEC) * SEC - ahead_ticks;
        assert_in_range(result.error_ns - (edge_ns - before_ticks) - 1000000, 0,
                        2); /* the page's */
    }
}

/* A clock that is behind by 2^-64 s is behind. */
static void rounded_down(void **state)
{
    struct vmclock_set_result result;
    (void)state;
    for (unsigned frac64 = 0; frac64 < 2; frac64++) {
        start(BINARY, 1000, 1000);
        machine_put(&machine, 0x50, 8, frac64);
        assert_int_equal(set_in(VMCLOCK_RTC_PHASE_HALF, 1000000, &result), 0);
        assert_int_equal(result.ahead_ns, -(int64_t)frac64);
    }
}

/* Each reading counts but the first, which says whether there is a time at all. */
static void readings(void **state)
{
    struct vmclock_set_result result;
    (void)state;
    for (uint32_t most = 0; most < 10; most++) {
        start(SEC, 1000, 1000);
        assert_int_equal(set_in(VMCLOCK_RTC_PHASE_HALF, most, &result), VMCLOCK_ERR_BUSY);
        assert_int_equal(counter_reads, 1 + most);
        assert_int_equal(sets, 0);
    }
}

/* A page that is as wrong as it may be, to the last digit: half a second, at a whole tick. */
static void widest(void **state)
{
    struct vmclock_set_result result;
    (void)state;
    start(BINARY, 1000, 1000);
    max_error_ns = 500000000;
    machine_put(&machine, 0x60, 8, 500000000);
    assert_int_equal(set_in(VMCLOCK_RTC_PHASE_HALF, 1000000, &result), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moment),      cmocka_unit_test(nearest_second), cmocka_unit_test(cured),
        cmocka_unit_test(how_far_off), cmocka_unit_test(rounded_down),   cmocka_unit_test(readings),
        cmocka_unit_test(widest),
    };
    return cmocka_run_group_tests_name("set_exact", tests, NULL, NULL);
}
