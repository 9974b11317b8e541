/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a real-time clock to samples of it.
 */
#include <vmclock/counter.h>
#include <vmclock/error.h>
#include <vmclock/types.h>
#include "drivers/source/internal.h"

void vmclock_rtc_source(uint8_t bound_by, struct vmclock_time_source *source)
{
    source->ahead_ns = VMCLOCK_RTC_ERROR_NS;
    source->behind_ns = VMCLOCK_RTC_ERROR_NS;
    source->rate_ppb = VMCLOCK_RTC_RATE_PPB;
    source->time_type = VMCLOCK_TIME_TYPE_UTC;
    source->bound_by = bound_by;
    source->clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING;
}

/* Without a call to memcpy. */
static void sample_copy(struct vmclock_sample *to, const struct vmclock_sample *from)
{
    to->counter_before = from->counter_before;
    to->counter_after = from->counter_after;
    to->earliest.sec = from->earliest.sec;
    to->earliest.frac64 = from->earliest.frac64;
    to->latest.sec = from->latest.sec;
    to->latest.frac64 = from->latest.frac64;
    to->disruption_marker = from->disruption_marker;
    to->counter_id = from->counter_id;
}

/* What the clock says now: no more than a second later than it says. */
static int sample_ask(const struct vmclock *clk, const struct vmclock_rtc *rtc,
                      struct vmclock_sample *sample)
{
    struct vmclock_rtc_time time;
    struct vmclock_time fraction;
    int error = vmclock_sample_begin(clk, sample);

    if (!error)
        error = rtc->get(rtc, &time);
    if (!error)
        error = vmclock_sample_end(clk, sample);
    if (error)
        return error;
    vmclock_time_from_ns(time.ns, &fraction);
    sample->earliest.sec = time.posix_sec;
    sample->earliest.frac64 = fraction.frac64;
    sample->latest.sec = time.posix_sec + 1;
    sample->latest.frac64 = fraction.frac64;
    return 0;
}

/* Ticks after which a clock whose second has not ended has stopped; UINT64_MAX: cannot be said. */
static uint64_t sample_patience_ticks(const struct vmclock *clk)
{
    struct vmclock_counter_info info;

    if (clk->counter.read)
        return UINT64_MAX; /* the caller's own, of which the CPU knows nothing */
    vmclock_ask_counter(&info);
    if (info.frequency_hz == 0 || info.frequency_hz > UINT64_MAX / 4)
        return UINT64_MAX;
    return info.frequency_hz * 2 + (info.frequency_hz >> 1);
}

/*
 * The next second begins between one get that does not show it yet and the next, which does. Where
 * more than a second went by in between, or the clock was set, nothing can be said of when: go on.
 */
static int sample_wait_for_edge(const struct vmclock *clk, const struct vmclock_rtc *rtc,
                                struct vmclock_sample *sample)
{
    struct vmclock_sample before, after;
    uint64_t patience = sample_patience_ticks(clk), start;
    uint32_t polls;
    int error = sample_ask(clk, rtc, &before);

    if (error)
        return error;
    start = before.counter_before;
    for (polls = 0; polls < rtc->max_polls; polls++) {
        error = sample_ask(clk, rtc, &after);
        if (error)
            return error;
        if (after.disruption_marker != before.disruption_marker)
            return VMCLOCK_ERR_DISRUPTED;
        if (after.earliest.sec == before.earliest.sec + 1) {
            after.counter_before = before.counter_before;
            after.earliest.frac64 = 0;
            after.latest.sec = after.earliest.sec;
            after.latest.frac64 = 0;
            sample_copy(sample, &after);
            return 0;
        }
        if (after.counter_after - start > patience)
            break;
        sample_copy(&before, &after);
    }
    return VMCLOCK_ERR_RTC_STOPPED;
}

int vmclock_rtc_sample(const struct vmclock *clk, const struct vmclock_rtc *rtc, int moment,
                       struct vmclock_sample *sample)
{
    struct vmclock_sample now;
    int error;

    if (!clk || !sample || (moment != VMCLOCK_RTC_NOW && moment != VMCLOCK_RTC_EDGE))
        return VMCLOCK_ERR_ARGUMENT;
    if (moment == VMCLOCK_RTC_EDGE)
        return sample_wait_for_edge(clk, rtc, sample);
    error = sample_ask(clk, rtc, &now);
    if (!error)
        sample_copy(sample, &now);
    return error;
}
