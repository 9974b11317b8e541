/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * since.c - the time since boot: it goes as the steered clock does, or by the counter's period.
 *
 * What is kept for that is copied under a sequence count, and changed by who still finds the count that
 * his copy had: so nobody has a lock while he reads a page.
 */
#include <vmclock/counter.h>
#include <vmclock/error.h>
#include "arch/arch.h"
#include "boot/bare/newlib/atomic.h"
#include "boot/bare/newlib/now.h"
#include "lib/window.h"

#define ANCHOR_BITS 10 /* the pace starts from a time at most 2^-10 s before the last look */

struct since {
    /* The time since boot, as a page of our own would tell it: so much at the reference counter, and
     * a period. */
    struct vmclock_snapshot pace;
    struct vmclock_counter counted;  /* what the pace is of; read is null: the CPU's own */
    uint32_t epoch, setup;           /* of the steered clock: when it stood at start, ... */
    struct vmclock_time start, base; /* ... base had passed since boot */
    uint8_t known;                   /* there is a pace */
};

static struct since kept;
static uint32_t kept_seq; /* odd while it is written */
static int64_t shown_ns;  /* the latest time since boot that was given, on any CPU */

/* A look at the clock: what is kept, with what it found. */
struct look {
    struct since now;
    uint32_t seq;    /* of the copy that it began with */
    uint8_t changed; /* what is kept has to become that */
    uint64_t counter;
    struct vmclock_time elapsed;
};

static void get_shown(struct vmclock_time *shown)
{
    vmclock_time_from_ns(ATOMIC_LOAD(shown_ns), shown);
}

static int begin(struct look *look)
{
    look->seq = *(const volatile uint32_t *)&kept_seq;
    look->changed = 0;
    if (!window_open(look->seq, WINDOW_ODD))
        return VMCLOCK_ERR_BUSY;
    look->now = kept;
    return window_close(&kept_seq, look->seq) ? 0 : VMCLOCK_ERR_BUSY;
}

/* Returns 0, or BUSY if somebody else has changed it since begin. */
static int keep(const struct look *look)
{
    uint32_t seq = look->seq;

    if (!__atomic_compare_exchange_n(&kept_seq, &seq, seq | WINDOW_ODD, 0, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return VMCLOCK_ERR_BUSY;
    vmclock_arch_write_barrier();
    kept = look->now;
    ATOMIC_STORE(kept_seq, look->seq + 2);
    return 0;
}

/* Whether the page, or none in its place, comes with another counter than the pace is of. */
static int is_other_counter(const struct since *since, const struct vmclock *clk)
{
    if (!clk)
        return since->counted.read != NULL;
    return clk->counter.read != since->counted.read ||
           clk->counter.context != since->counted.context;
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

    vmclock_ask_counter(&info);
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

/* From the look's counter on another pace holds. Time goes on from where the old one has come, or, over
 * a disruption or to another counter, from where it was last seen. */
static void change_pace(struct look *look, const struct now_setup *setup,
                        struct vmclock_snapshot *next, int is_other)
{
    const struct vmclock_snapshot *pace = &look->now.pace;
    struct vmclock_reading reached;
    struct vmclock_time from;

    get_shown(&from);
    if (!look->now.known) { /* from boot on */
        next->have = VMCLOCK_HAVE_CLOCK;
        next->time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
        next->clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
        next->ref_counter = setup->boot_ticks;
    } else {
        if (next->disruption_marker == pace->disruption_marker && !is_other &&
            !vmclock_at(pace, look->counter, &reached) &&
            vmclock_time_compare(&reached.time, &from) > 0)
            from = reached.time;
        next->ref_counter = look->counter;
        next->ref_sec = (uint64_t)from.sec;
        next->ref_frac64 = from.frac64;
    }
    look->now.pace = *next;
    look->now.counted.read = setup->clk ? setup->clk->counter.read : NULL;
    look->now.counted.context = setup->clk ? setup->clk->counter.context : NULL;
    look->now.known = 1;
    look->changed = 1;
}

/* Brings the pace up to the page's, or to the CPU's; and sets the look's counter. A page that is busy
 * is to be tried again, unless this is the last try. */
static int keep_pace(struct look *look, const struct now_setup *setup, int is_last)
{
    const struct vmclock_snapshot *pace = &look->now.pace;
    struct vmclock_snapshot next = *pace;
    struct now_page page;
    int error = now_read_page(setup, &page);
    /* A page whose clock is refused has been read, too. */
    const int seen = setup->clk && error != VMCLOCK_ERR_BUSY && error != VMCLOCK_ERR_CHANGED;
    const int is_other = look->now.known && is_other_counter(&look->now, setup->clk);

    if (error == VMCLOCK_ERR_BUSY && !is_last)
        return error;
    if (seen)
        next.disruption_marker = page.snapshot.disruption_marker;
    look->counter = seen ? page.snapshot.counter : counter_now(setup->clk);
    if (!error) {
        next.period_frac = page.snapshot.period_frac;
        next.period_shift = page.snapshot.period_shift;
    } else if (!look->now.known || is_other) {
        if (period_of_cpu(setup->clk, &next))
            return error;
    }
    if (!look->now.known || is_other || next.period_frac != pace->period_frac ||
        next.period_shift != pace->period_shift ||
        next.disruption_marker != pace->disruption_marker)
        change_pace(look, setup, &next, is_other);
    return 0;
}

/*
 * Where the steered clock goes on, time since boot goes as it does; else by the pace, and from there
 * on with the steered clock if that has started anew.
 */
static int follow_steered(struct look *look, const struct now_setup *setup, int is_last)
{
    struct since *now = &look->now;
    struct vmclock_steer_reading steered;
    struct vmclock_reading reached;
    struct vmclock_time shown;
    const int error = now_steered(setup, &steered, NULL);
    int unreached;

    if (error == VMCLOCK_ERR_BUSY && !is_last)
        return error;
    if (!error && now->epoch == steered.epoch && now->setup == setup->number) {
        look->counter = steered.counter;
        unreached = vmclock_time_subtract(&steered.time, &now->start, &look->elapsed);
        return unreached ? unreached : vmclock_time_add(&look->elapsed, &now->base, &look->elapsed);
    }
    unreached = vmclock_at(&now->pace, look->counter, &reached);
    if (unreached)
        return unreached;
    look->elapsed = reached.time;
    if (!error) {
        get_shown(&shown);
        now->epoch = steered.epoch;
        now->setup = setup->number;
        now->start = steered.time;
        now->base = vmclock_time_compare(&reached.time, &shown) > 0 ? reached.time : shown;
        look->changed = 1;
    }
    return 0;
}

/* What is seen now is where the pace goes on from, if that becomes the only one: not at every look, as
 * other CPUs would have to look again. */
static void anchor(struct look *look)
{
    struct vmclock_snapshot *pace = &look->now.pace;
    const struct vmclock_time from = {(int64_t)pace->ref_sec, pace->ref_frac64};
    struct vmclock_time shown, since;

    get_shown(&shown);
    if (vmclock_time_compare(&look->elapsed, &shown) <= 0 ||
        vmclock_time_subtract(&look->elapsed, &from, &since) ||
        (!look->changed && !since.sec && !(since.frac64 >> (64 - ANCHOR_BITS))))
        return;
    pace->ref_counter = look->counter;
    pace->ref_sec = (uint64_t)look->elapsed.sec;
    pace->ref_frac64 = look->elapsed.frac64;
    look->changed = 1;
}

/* The latest of all that was given; bounded, as who does not succeed has seen it grow. */
static int show(const struct vmclock_time *elapsed, uint32_t tries, int64_t *elapsed_ns)
{
    int64_t latest = ATOMIC_LOAD(shown_ns), now;
    int error = vmclock_time_to_ns_floor(elapsed, &now);

    if (error)
        return error;
    for (; latest < now; tries--) {
        if (!tries)
            return VMCLOCK_ERR_BUSY;
        if (__atomic_compare_exchange_n(&shown_ns, &latest, now, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            latest = now;
    }
    *elapsed_ns = latest;
    return 0;
}

static int try_since_boot(const struct now_setup *setup, int is_last, struct vmclock_time *elapsed)
{
    struct look look;
    int error = begin(&look);

    if (!error)
        error = keep_pace(&look, setup, is_last);
    if (!error)
        error = follow_steered(&look, setup, is_last);
    if (error)
        return error;
    anchor(&look);
    if (look.changed)
        error = keep(&look);
    if (!error)
        *elapsed = look.elapsed;
    return error;
}

int now_since_boot(const struct now_setup *setup, int64_t *elapsed_ns)
{
    struct now_setup one = *setup;
    struct vmclock_time elapsed;

    one.tries = 1;
    for (uint32_t tries = setup->tries; tries; tries--) {
        int error = try_since_boot(&one, tries == 1, &elapsed);

        if (!error)
            return show(&elapsed, setup->tries, elapsed_ns);
        if (error != VMCLOCK_ERR_BUSY)
            return error;
        vmclock_arch_pause();
    }
    return VMCLOCK_ERR_BUSY;
}

int now_pace(const struct now_setup *setup, struct vmclock_snapshot *pace)
{
    struct look look;
    int error = VMCLOCK_ERR_BUSY;

    for (uint32_t tries = setup->tries; error && tries; tries--)
        error = begin(&look);
    if (!error)
        error = keep_pace(&look, setup, 1);
    if (!error)
        *pace = look.now.pace;
    return error;
}
