/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a clock that stands still is waited for, by the CPU's own counter and what it says of it. */
#include <vmclock/counter.h>
#include "drivers/source/internal.h"
#include "machine.h"

#define POLLS 1000u

static uint64_t advertised_hz, ticks, ticks_per_get;
static uint32_t gets;

/* In the place of the core's: the counter stands while nobody asks the clock. */
void vmclock_ask_counter(struct vmclock_counter_info *info)
{
    info->frequency_hz = advertised_hz;
    info->counter_id = VMCLOCK_COUNTER_ID_INVALID;
    info->invariant = 1;
}

int vmclock_sample_begin(const struct vmclock *clk, struct vmclock_sample *sample)
{
    (void)clk;
    sample->counter_before = ticks;
    sample->disruption_marker = 0;
    sample->counter_id = VMCLOCK_COUNTER_ID_X86_TSC;
    return 0;
}

int vmclock_sample_end(const struct vmclock *clk, struct vmclock_sample *sample)
{
    (void)clk;
    sample->counter_after = ticks;
    return 0;
}

static int stand_still(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time)
{
    (void)rtc;
    gets++;
    ticks += ticks_per_get;
    *time = (struct vmclock_rtc_time){START_SEC, 0, 0};
    return 0;
}

/* Gets that it takes to say that the clock has stopped. */
static uint32_t gets_of(const struct vmclock *clk, uint64_t frequency_hz, uint64_t step_ticks)
{
    const struct vmclock_rtc rtc = {.get = stand_still, .max_polls = POLLS};
    struct vmclock_sample sample = {.counter_id = 9};
    advertised_hz = frequency_hz;
    ticks_per_get = step_ticks;
    gets = 0;
    assert_int_equal(vmclock_rtc_sample(clk, &rtc, VMCLOCK_RTC_EDGE, &sample),
                     VMCLOCK_ERR_RTC_STOPPED);
    assert_int_equal(sample.counter_id, 9);
    return gets;
}

/* More than two and a half seconds, whatever a second is and where the counter starts. */
static void by_the_counter(void **state)
{
    static const struct {
        uint64_t hz, step_ticks;
        uint32_t gets;
    } cases[] = {
        {1, 1, 3},
        {2, 1, 6},
        {3, 1, 8},
        {300, 1, 751},
        {3000000000, 2500000000, 4},
        {3000000000, 2500000001, 3},
        /* The last frequency of which it can be said: 2.5 of it are less than five quarters of 2^63. */
        {UINT64_MAX / 4, UINT64_C(1) << 62, 3},
    };
    const struct vmclock clk = {0};
    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        ticks = i % 2 ? UINT64_MAX - 1 : 0;
        const uint32_t found = gets_of(&clk, cases[i / 2].hz, cases[i / 2].step_ticks);
        if (found != cases[i / 2].gets)
            fail_msg("case %zu: %u gets", i, found);
    }
}

/* Where that is not known, or is no frequency: 2.5 of the last one are 2^64 + 4 ticks. */
static void by_polls(void **state)
{
    static const uint64_t frequencies[] = {0, UINT64_MAX / 4 + 1, UINT64_MAX,
                                           UINT64_C(0x6666666666666668)};
    const struct vmclock clk = {0};
    (void)state;
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++)
        assert_int_equal(gets_of(&clk, frequencies[i], UINT64_C(1) << 62), POLLS + 1);
}

static uint64_t no_counter_of_the_cpu(void *context)
{
    (void)context;
    return 0;
}

/* What the CPU says of its counter is nothing about another one. */
static void by_polls_of_another_counter(void **state)
{
    const struct vmclock clk = {.counter = {.read = no_counter_of_the_cpu}};
    (void)state;
    assert_int_equal(gets_of(&clk, 1, 1), POLLS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_the_counter),
        cmocka_unit_test(by_polls),
        cmocka_unit_test(by_polls_of_another_counter),
    };
    return cmocka_run_group_tests_name("patience", tests, NULL, NULL);
}
