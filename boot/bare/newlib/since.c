/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * since.c - the time since boot: it goes as the steered clock does, or by the counter's period.
 */
#include <vmclock/counter.h>
#include <vmclock/error.h>
#include "arch/arch.h"
#include "boot/bare/newlib/now.h"

/* The time since boot, as a page of our own would tell it: so much at the reference counter, and a
 * period. */
static struct vmclock_snapshot pace;
static uint8_t pace_known;
static struct vmclock_counter counted; /* what the pace is of; read is null: the CPU's own */
static struct vmclock_time shown;      /* the latest time since boot that was given */

/* Whether the page, or none in its place, comes with another counter than the pace is of. */
static int is_other_counter(const struct vmclock *clk)
{
    if (!clk)
        return counted.read != NULL;
    return clk->counter.read != counted.read || clk->counter.context != counted.context;
}

static void count_by(const struct vmclock *clk)
{
    counted.read = clk ? clk->counter.read : NULL;
    counted.context = clk ? clk->counter.context : NULL;
}

/* The CPU's own counter, or the one that the page was opened with. */
static uint64_t counter_now(const struct vmclock *clk)
{
    if (clk && clk->counter.read)
        return clk->counter.read(clk->counter.context);
    return vmclock_arch_counter(vmclock_arch_counter_order());
}

/* The period by the frequency that the CPU advertises for its own counter. */
static int period_of_cpu(const struct vmclock *clk, struct vmclock_snapshot *next)
{
    struct vmclock_counter_info info;
    uint64_t rest = 1, period = 0;
    uint8_t shift = 0;

    vmclock_counter_info(&info);
    if (info.frequency_hz < 2 || (clk && clk->counter.read))
        return VMCLOCK_ERR_NO_CLOCK;
    while (info.frequency_hz >> (shift + 1))
        shift++;
    for (unsigned i = 0; i < 64u + shift; i++) { /* 2^(64+shift) / hz, by long division */
        rest <<= 1;
        period = period << 1 | (rest >= info.frequency_hz);
        rest -= rest >= info.frequency_hz ? info.frequency_hz : 0;
    }
    next->period_frac = period;
    next->period_shift = shift;
    return 0;
}

/* From counter on another pace holds. Time goes on from where the old one has come, or, over a
 * disruption or to another counter, from where it was last seen. */
static void change_pace(struct vmclock_snapshot *next, uint64_t counter, int is_other)
{
    struct vmclock_time from = shown;
    struct vmclock_reading reached;

    if (!pace_known) { /* from boot on */
        next->have = VMCLOCK_HAVE_CLOCK;
        next->time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
        next->clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
    } else {
        if (next->disruption_marker == pace.disruption_marker && !is_other &&
            !vmclock_at(&pace, counter, &reached) &&
            vmclock_time_compare(&reached.time, &shown) > 0)
            from = reached.time;
        next->ref_counter = counter;
        next->ref_sec = (uint64_t)from.sec;
        next->ref_frac64 = from.frac64;
    }
    pace = *next;
    pace_known = 1;
}

/* Brings the pace up to the page's, or to the CPU's. *counter becomes the counter value of now. */
static int keep_pace(uint64_t *counter)
{
    struct vmclock_snapshot next = pace;
    struct now_page page;
    int error = now_read_page(&page);
    const struct vmclock_reader *reader = page.reader;
    /* A page whose clock is refused has been read, too. */
    const int seen = page.clk && error != VMCLOCK_ERR_BUSY && error != VMCLOCK_ERR_CHANGED;
    const int is_other = pace_known && is_other_counter(page.clk);

    if (!pace_known)
        next.ref_counter = page.boot_ticks;
    if (seen)
        next.disruption_marker = reader->snapshot.disruption_marker;
    *counter = !error ? reader->reading.counter
               : seen ? reader->snapshot.counter
                      : counter_now(page.clk);
    if (!error) {
        next.period_frac = reader->snapshot.period_frac;
        next.period_shift = reader->snapshot.period_shift;
    } else if (!pace_known || is_other) {
        if (period_of_cpu(page.clk, &next))
            return error;
    }
    if (!pace_known || is_other || next.period_frac != pace.period_frac ||
        next.period_shift != pace.period_shift || next.disruption_marker != pace.disruption_marker)
        change_pace(&next, *counter, is_other);
    count_by(page.clk);
    return 0;
}

/*
 * Where the steered clock goes on, time since boot goes as it does; else by the pace, and from there
 * on with the steered clock if that has started anew.
 */
static int follow_steered(uint64_t *counter, struct vmclock_time *elapsed)
{
    static uint32_t epoch, setup;           /* of the steered clock: when it stood at start, ... */
    static struct vmclock_time start, base; /* ... base had passed since boot */
    struct vmclock_steer_reading steered;
    struct vmclock_reading reached;
    int error = vmclock_at(&pace, *counter, &reached);
    const int has_steered = !now_steered(&steered);
    const struct vmclock_snapshot *calibrated;
    const struct vmclock *clk;
    uint32_t current;

    (void)now_setup(&clk, &calibrated, &current);
    if (has_steered && epoch == steered.epoch && setup == current) {
        *counter = steered.counter;
        error = vmclock_time_subtract(&steered.time, &start, elapsed);
        return error ? error : vmclock_time_add(elapsed, &base, elapsed);
    }
    if (error)
        return error;
    *elapsed = reached.time;
    if (has_steered) {
        epoch = steered.epoch;
        setup = current;
        start = steered.time;
        base = vmclock_time_compare(&reached.time, &shown) > 0 ? reached.time : shown;
    }
    return 0;
}

int now_since_boot(struct vmclock_time *elapsed)
{
    struct vmclock_time reached;
    uint64_t counter;
    int error = keep_pace(&counter);

    if (!error)
        error = follow_steered(&counter, &reached);
    if (error)
        return error;
    if (vmclock_time_compare(&reached, &shown) > 0) {
        shown = reached;
        pace.ref_counter = counter;
        pace.ref_sec = (uint64_t)shown.sec;
        pace.ref_frac64 = shown.frac64;
    }
    *elapsed = shown;
    return 0;
}

int now_tick(int since_boot, struct vmclock_time *tick)
{
    struct vmclock_snapshot unit;
    struct vmclock_reading one;
    struct now_page page;
    uint64_t counter;
    int error = since_boot ? keep_pace(&counter) : now_read_page(&page);

    if (error)
        return error;
    unit = since_boot ? pace : page.reader->snapshot;
    unit.ref_counter = 0;
    unit.ref_sec = 0;
    unit.ref_frac64 = 0;
    error = vmclock_at(&unit, 1, &one);
    if (!error)
        *tick = one.time;
    return error;
}
