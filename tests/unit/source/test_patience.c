/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a clock that stands still is waited for, by the CPU's own counter and what it says of it. */
#include <vmclock/counter.h>
#include "drivers/source/internal.h"
#include "machine.h"

static uint64_t advertised_hz;
static uint32_t gets;

/* In the place of the core's. */
void vmclock_ask_counter(struct vmclock_counter_info *info)
{
    info->frequency_hz = advertised_hz;
    info->counter_id = VMCLOCK_COUNTER_ID_INVALID;
    info->invariant = 1;
}

static int stand_still(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time)
{
    (void)rtc;
    gets++;
    *time = (struct vmclock_rtc_time){START_SEC, 0, 0};
    return 0;
}

static uint64_t counter_now(const struct vmclock *clk)
{
    struct vmclock_snapshot snapshot;
    assert_int_equal(vmclock_take_snapshot(clk, &snapshot), 0);
    return snapshot.counter;
}

/* Ticks that it takes to say that the clock has stopped. */
static uint64_t waits(uint64_t frequency_hz, uint32_t max_polls)
{
    const struct vmclock_rtc rtc = {.get = stand_still, .max_polls = max_polls};
    struct vmclock_sample sample = {.counter_id = 9};
    struct vmclock clk;
    assert_int_equal(vmclock_open_without_page(&clk, NULL), 0);
    advertised_hz = frequency_hz;
    gets = 0;
    const uint64_t began = counter_now(&clk);
    assert_int_equal(vmclock_rtc_sample(&clk, &rtc, VMCLOCK_RTC_EDGE, &sample),
                     VMCLOCK_ERR_RTC_STOPPED);
    assert_int_equal(sample.counter_id, 9);
    return counter_now(&clk) - began;
}

/* Two and a half seconds, whatever a second is; far fewer polls than there may be. */
static void by_the_counter(void **state)
{
    (void)state;
    for (uint64_t hz = 1000; hz <= 1000000; hz *= 10) {
        assert_true(waits(hz, UINT32_MAX) > hz * 5 / 2);
        assert_true(gets < UINT32_MAX);
    }
    assert_true(waits(1, UINT32_MAX) > 2);
    assert_true(gets < 1000000);
}

/* Where that is not known, or is no frequency: 2.5 of the last one are 2^64 + 4 ticks. */
static void by_polls(void **state)
{
    static const uint64_t frequencies[] = {0, UINT64_MAX / 4, UINT64_MAX / 4 + 1, UINT64_MAX,
                                           UINT64_C(0x6666666666666668)};
    (void)state;
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        (void)waits(frequencies[i], 1000);
        assert_int_equal(gets, 1001);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_the_counter),
        cmocka_unit_test(by_polls),
    };
    return cmocka_run_group_tests_name("patience", tests, NULL, NULL);
}
