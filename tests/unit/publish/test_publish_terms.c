/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each term of the bound that is published is needed: for each there is a host on which the bound without
 * it is false, and on none is the whole bound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/timex.h>
#include <cmocka.h>
#include <vmclock/vmclock.h>
#include "boot/linux/publish/line.h"

#define NS_PER_SEC INT64_C(1000000000)
#define SEC_2026 INT64_C(1782864000)
#define TICKS_A_NS 2

__extension__ typedef unsigned __int128 uint128;

/* What is not known: each lies between 0 and this. */
struct doubt {
    uint64_t window_ticks;  /* between the counter's readings around the clock's */
    uint64_t bracket_ticks; /* of the guest's zero */
    uint32_t divisor;       /* host ticks a guest tick, so much of one may have passed */
    uint64_t kernel_ns;     /* by which the kernel's clock is wrong, at the most */
    uint32_t tolerance_ppb, rate_error_ppb; /* of its rate, and of the measured one */
    enum authority authority;
};

static struct vmclock_snapshot publish(const struct doubt *doubt)
{
    const struct options options = {.authority = doubt->authority};
    const struct leap_knowledge leaps = {.have_offset = false};
    const struct counter_relation relation = {.zero_earliest_ticks = 1000000,
                                              .zero_latest_ticks = 1000000 + doubt->bracket_ticks,
                                              .host_ticks_a_tick = doubt->divisor};
    const struct host_sample sample = {9000000, 9000000 + doubt->window_ticks,
                                       SEC_2026 * NS_PER_SEC, 5};
    const struct host_kernel kernel = {
        .state = TIME_OK, .maxerror_ns = doubt->kernel_ns, .tolerance_ppb = doubt->tolerance_ppb};
    const struct host_rate rate = {TICKS_A_NS * 1000000000u, 1000000000, doubt->rate_error_ppb};
    const struct line_inputs inputs = {
        &options, &relation, &sample, &kernel, &rate, &leaps, 7, VMCLOCK_COUNTER_ID_X86_TSC, 0};
    struct vmclock_snapshot snapshot;

    line_compose(&inputs, &snapshot);
    return snapshot;
}

/* ns by which the truth may lie outside what a reader is told; 0 or less: it never does. after_ns: so
 * long after the sample somebody reads. */
static int64_t outside_ns(const struct doubt *told, const struct doubt *true_doubt,
                          int64_t after_ns)
{
    int64_t worst = INT64_MIN;

    for (unsigned corner = 0; corner < 32; corner++) {
        /* The corners of what is not known, in host ticks and ns. */
        const uint64_t zero = 1000000 + (corner & 1 ? true_doubt->bracket_ticks : 0);
        const uint64_t sampled = 9000000 + (corner & 2 ? true_doubt->window_ticks : 0);
        const int64_t kernel =
            corner & 4 ? (int64_t)true_doubt->kernel_ns : -(int64_t)true_doubt->kernel_ns;
        const int64_t ppb = (corner & 8 ? 1 : -1) *
                            (int64_t)(true_doubt->tolerance_ppb + true_doubt->rate_error_ppb);
        const uint64_t part = corner & 16 ? true_doubt->divisor - 1 : 0;
        const uint64_t ticks = sampled + (uint64_t)after_ns * TICKS_A_NS;
        const uint64_t guest = (ticks - zero) / true_doubt->divisor;
        const uint64_t read_at = zero + guest * true_doubt->divisor + part;
        const int64_t passed = ((int64_t)read_at - (int64_t)sampled) / TICKS_A_NS;
        const int64_t truth =
            SEC_2026 * NS_PER_SEC + kernel + passed + passed / 1000 * ppb / 1000000;
        struct vmclock_snapshot line = publish(true_doubt);
        struct vmclock_reading reading;
        int64_t earliest, latest;

        /* The line of what there really is, with the bound of what was told. */
        line.maxerror_ns = publish(told).maxerror_ns;
        line.period_maxerror_frac = publish(told).period_maxerror_frac;
        line.counter_read_id = line.counter_id;
        assert_int_equal(vmclock_at(&line, guest, &reading), 0);
        assert_int_equal(vmclock_time_to_ns_floor(&reading.earliest, &earliest), 0);
        assert_int_equal(vmclock_time_to_ns_ceil(&reading.latest, &latest), 0);
        worst = earliest - truth > worst ? earliest - truth : worst;
        worst = truth - latest > worst ? truth - latest : worst;
    }
    return worst;
}

/* All of it is enough; without the one term, which is told as nothing, it is not. */
static void needs(const struct doubt *all, const struct doubt *without, int64_t after_ns)
{
    assert_in_range(-outside_ns(all, all, after_ns), 0, 2 * NS_PER_SEC);
    assert_in_range(outside_ns(without, all, after_ns), 1, 2 * NS_PER_SEC);
}

static void window(void **state)
{
    const struct doubt all = {.window_ticks = 4000, .divisor = 1};
    const struct doubt none = {.divisor = 1};

    (void)state;
    needs(&all, &none, 0);
    needs(&all, &none, 1000000);
}

static void bracket(void **state)
{
    const struct doubt all = {.bracket_ticks = 4000, .divisor = 1};
    const struct doubt none = {.divisor = 1};

    (void)state;
    needs(&all, &none, 5000);
}

/* Both at once, which is neither alone. */
static void window_and_bracket(void **state)
{
    const struct doubt all = {.window_ticks = 4000, .bracket_ticks = 4000, .divisor = 1};
    const struct doubt a_window = {.window_ticks = 4000, .divisor = 1};
    const struct doubt a_bracket = {.bracket_ticks = 4000, .divisor = 1};

    (void)state;
    needs(&all, &a_window, 5000);
    needs(&all, &a_bracket, 5000);
}

/* A guest tick of a microsecond and more: of that as much may have passed as it is long. */
static void guest_tick(void **state)
{
    const struct doubt all = {.divisor = 2000};
    struct vmclock_snapshot snapshot = publish(&all);

    (void)state;
    assert_in_range(-outside_ns(&all, &all, 1000), 0, 1000);
    assert_in_range(snapshot.maxerror_ns, 1000, 1010);
}

static void kernel_error(void **state)
{
    const struct doubt all = {.divisor = 1, .kernel_ns = 5000000};
    const struct doubt none = {.divisor = 1};
    const struct doubt host = {.divisor = 1, .kernel_ns = 5000000, .authority = AUTHORITY_HOST};

    (void)state;
    needs(&all, &none, 0);
    needs(&all, &host, 0); /* against UTC; against the host's own clock it is no term */
    assert_in_range(-outside_ns(&host, &none, 0), 0, 10);
}

/* What the kernel may steer, and what was measured wrongly: each alone is too little. */
static void rate(void **state)
{
    const struct doubt all = {.divisor = 1, .tolerance_ppb = 500000, .rate_error_ppb = 20000};
    const struct doubt kernel = {.divisor = 1, .tolerance_ppb = 500000};
    const struct doubt measured = {.divisor = 1, .rate_error_ppb = 20000};

    (void)state;
    needs(&all, &kernel, NS_PER_SEC);
    needs(&all, &measured, NS_PER_SEC);
    needs(&all, &kernel, NS_PER_SEC / 1000);
}

/* A slow counter: what is read of it may have passed by nearly a tick, three times in one direction. */
#define TICK 1000000 /* parts; ns have as many as a counter has ticks in a us, and more */
#define ZERO 50
#define SAMPLED 110 /* a multiple of each divisor later, so that nothing is left over */
#define READ 60     /* by the guest's counter */

struct told {
    int64_t earliest, latest; /* parts since SEC_2026, as wide as they may be taken to be */
};

static int64_t parts_of(const struct vmclock_time *time, unsigned parts_a_ns, bool up)
{
    const uint128 frac = (uint128)time->frac64 * NS_PER_SEC * parts_a_ns + (up ? UINT64_MAX : 0);

    return (time->sec - SEC_2026) * NS_PER_SEC * parts_a_ns + (int64_t)(frac >> 64);
}

static struct told tell(unsigned parts_a_ns, uint32_t divisor)
{
    const struct options options = {.authority = AUTHORITY_HOST};
    const struct leap_knowledge leaps = {.have_offset = false};
    const struct counter_relation relation = {ZERO, ZERO + 1, divisor, 0, 0};
    const struct host_sample sample = {SAMPLED, SAMPLED + 1, SEC_2026 * NS_PER_SEC, 5};
    const struct host_kernel kernel = {.state = TIME_OK};
    const struct host_rate rate = {parts_a_ns * UINT64_C(1000), NS_PER_SEC / 1000 * 1000, 0};
    const struct line_inputs inputs = {
        &options, &relation, &sample, &kernel, &rate, &leaps, 7, VMCLOCK_COUNTER_ID_X86_TSC, 0};
    struct vmclock_snapshot line;
    struct vmclock_reading reading;

    line_compose(&inputs, &line);
    line.counter_read_id = line.counter_id;
    assert_int_equal(vmclock_at(&line, READ, &reading), 0);
    return (struct told){parts_of(&reading.earliest, parts_a_ns, false),
                         parts_of(&reading.latest, parts_a_ns, true)};
}

/* Each rounding is at its worst, less a part: all of the bound is just enough, and no term is left over. */
static void roundings(void **state)
{
    static const struct {
        unsigned parts_a_ns;
        uint32_t divisor;
    } hosts[] = {{1000, 1}, {1000, 3}, {3000, 2}, {7000, 5}};

    (void)state;
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        const int64_t ns = hosts[i].parts_a_ns, divisor = hosts[i].divisor;
        const struct told told = tell(hosts[i].parts_a_ns, hosts[i].divisor);
        /* The guest's zero as late, the clock's reading as early, the guest's as late as can be; and the
         * clock is read without what is below a ns. */
        int64_t zero = (ZERO + 2) * TICK - 1, sampled = SAMPLED * TICK;
        int64_t read_at = zero + (READ + 1) * divisor * TICK - 1;
        int64_t truth = ns - 1 + read_at - sampled;

        assert_in_range(told.latest - truth, 0, 2 * ns);
        zero = ZERO * TICK;
        sampled = (SAMPLED + 2) * TICK - 1;
        read_at = zero + READ * divisor * TICK;
        truth = read_at - sampled;
        assert_in_range(truth - told.earliest, 0, divisor * TICK + 2 * ns);
    }
}

/* The period's own error: exact, whatever the rate is and however far it may be wrong. */
static void period(void **state)
{
    static const uint32_t ppbs[] = {0, 1, 20, 500000, 520000, 999999999};

    (void)state;
    for (uint64_t ticks = 999999937; ticks < 3000000000; ticks += 30000001) {
        for (size_t i = 0; i < sizeof(ppbs) / sizeof(ppbs[0]); i++) {
            const struct options options = {.authority = AUTHORITY_HOST};
            const struct leap_knowledge leaps = {.have_offset = false};
            const struct counter_relation relation = {.host_ticks_a_tick = 1};
            const struct host_sample sample = {0, 0, SEC_2026 * NS_PER_SEC, 5};
            const struct host_kernel kernel = {.state = TIME_OK, .tolerance_ppb = ppbs[i]};
            const struct host_rate rate = {ticks, 1000000007, 0};
            const struct line_inputs in = {&options, &relation, &sample, &kernel,
                                           &rate,    &leaps,    7,       VMCLOCK_COUNTER_ID_X86_TSC,
                                           0};
            const uint128 divisor = (uint128)ticks * NS_PER_SEC;
            struct vmclock_snapshot s;
            uint128 exact, rest, told;

            line_compose(&in, &s);
            exact = (uint128)rate.ns << 64 << s.period_shift;
            rest = exact % divisor;
            assert_true(exact / divisor == s.period_frac);
            /* period_frac and rest / divisor, and ppb of both, are no more than what is told: times
             * divisor * 10^9, less what is whole on both sides. */
            told = s.period_maxerror_frac - (uint128)s.period_frac * ppbs[i] / NS_PER_SEC;
            assert_in_range((uint64_t)told, 1, 4);
            assert_true(told * divisor * NS_PER_SEC >=
                        rest * NS_PER_SEC +
                            (uint128)s.period_frac * ppbs[i] % NS_PER_SEC * divisor +
                            rest * ppbs[i]);
        }
    }
}

/* No more is told than is needed, but for some roundings: a wide bound is no merit. */
static void no_more_than_that(void **state)
{
    const struct doubt all = {.window_ticks = 4000, .bracket_ticks = 2000, .divisor = 1};

    (void)state;
    assert_in_range(-outside_ns(&all, &all, 5000), 0, 5);
    assert_in_range(publish(&all).maxerror_ns, 1500, 1505);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(window),
        cmocka_unit_test(bracket),
        cmocka_unit_test(window_and_bracket),
        cmocka_unit_test(guest_tick),
        cmocka_unit_test(kernel_error),
        cmocka_unit_test(rate),
        cmocka_unit_test(roundings),
        cmocka_unit_test(period),
        cmocka_unit_test(no_more_than_that),
    };

    return cmocka_run_group_tests_name("publish-terms", tests, NULL, NULL);
}
