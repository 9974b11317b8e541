/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The updater of a steered clock. At each update the offset from the reference, own minus
 * reference, decides how fast the clock runs until the offset is gone:
 *
 *          rate  |                            the clock, own minus reference:
 *    +max _______|                            \
 *                \                              \  at max rate: offset / max
 *    -max * 1 s   |\     max * 1 s               \
 *    -------------+-+-+------------ offset        \           less than max * 1 s:
 *                 |  \                             \          in 1 s, at offset / 1 s
 *                 |   \________ -max                \ ________________________________
 *                 |                                 | the segment's end: as fast as the
 *                                                   start + slew_ticks      reference
 *
 * The offset at an update is what it is: the clock is continuous, and a line that rises. The rate is
 * kept as correction of each tick, rounded towards none, so that nothing overshoots; what remains
 * at the end is less than one tick's correction.
 */
#include <vmclock/calibrate.h>
#include <vmclock/error.h>
#include <vmclock/steer.h>
#include <vmclock/types.h>
#include "arch/arch.h"
#include "lib/calibrate.h"
#include "lib/clock.h"
#include "lib/ratio.h"
#include "lib/snapshot.h"
#include "lib/steer.h"
#include "lib/time.h"
#include "lib/window.h"

#define STEER_PPB 1000000000u
#define STEER_RATE_PPB_MAX 100000000u /* 10 % */

int vmclock_steer_init(struct vmclock_steer *steer, const struct vmclock *clk,
                       const struct vmclock_steer_config *config)
{
    if (!config->rate_ppb || config->rate_ppb > STEER_RATE_PPB_MAX)
        return VMCLOCK_ERR_ARGUMENT;
    steer->seq = 0;
    steer->epoch = 0;
    steer->quick_page = clk->counter.read || clk->counter_order ? NULL : clk->page;
    steer->window_ticks = 0;
    steer->error = VMCLOCK_ERR_NO_CLOCK;
    steer->by_page = 0;
    steer->once.max_tries = 1;
    steer->once.max_age_sec = 0;
    steer->once.page = clk->page;
    steer->once.counter.read = clk->counter.read;
    steer->once.counter.context = clk->counter.context;
    steer->once.counter.counter_id = clk->counter.counter_id;
    steer->once.size = clk->size;
    steer->once.counter_order = clk->counter_order;
    steer->once.covered = clk->covered;
    steer->clk = clk;
    steer->config.limit_ns = config->limit_ns;
    steer->config.rate_ppb = config->rate_ppb;
    return 0;
}

/* How far the clock is off its reference. */
struct steer_offset {
    struct vmclock_time magnitude;
    int ahead;
};

static int steer_offset_between(const struct vmclock_time *own,
                                const struct vmclock_time *reference, struct steer_offset *offset)
{
    offset->ahead = vmclock_time_compare(own, reference) > 0;
    return vmclock_time_subtract(offset->ahead ? own : reference, offset->ahead ? reference : own,
                                 &offset->magnitude);
}

static int steer_above_limit(const struct steer_offset *offset, uint64_t limit_ns)
{
    struct wide limit;

    if (!limit_ns)
        return 0;
    wide_from_ns_ceil(limit_ns, &limit);
    return (uint64_t)offset->magnitude.sec > limit.sec ||
           ((uint64_t)offset->magnitude.sec == limit.sec && offset->magnitude.frac64 > limit.frac);
}

/* The reference's period in 2^-(64+shift) s, with as many bits as a correction needs, and one free. */
struct steer_period {
    uint64_t frac;
    unsigned shift;
};

static int steer_period_of(const struct vmclock_snapshot *s, struct steer_period *period)
{
    unsigned shift = s->period_shift;
    uint64_t frac = s->period_frac;

    for (; shift < 64 && !(frac >> 62); shift++)
        frac <<= 1;
    for (; shift && (shift > 64 || frac >> 63); shift--)
        frac >>= 1;
    period->frac = frac;
    period->shift = shift;
    return frac && !(frac >> 63) ? 0 : VMCLOCK_ERR_RANGE; /* not above 2^128 Hz nor below 2 Hz */
}

/* What each tick corrects, in the period's units, and for how many of them: the law above. */
static void steer_correction_of(const struct steer_period *period, uint32_t rate_ppb,
                                const struct vmclock_time *magnitude, uint64_t *correction,
                                uint64_t *ticks)
{
    const uint64_t sec = (uint64_t)magnitude->sec, frac = magnitude->frac64;
    uint64_t most = 0, low, slow, second_ticks;
    uint64_t high = wide_multiply(period->frac, rate_ppb, &low);

    *ticks = 0;
    (void)vmclock_ratio(high, low, 0, STEER_PPB, 0, &most); /* fits: it is below the period */
    *correction = most;
    if (!vmclock_ratio(1, 0, period->shift, period->frac, 1, &second_ticks) &&
        !vmclock_ratio(sec, frac, period->shift, second_ticks, 0, &slow) && slow < most)
        *correction = slow;
    if (*correction && (vmclock_ratio(sec, frac, period->shift, *correction, 0, ticks) ||
                        *ticks > STEER_TICKS_MAX))
        *ticks = STEER_TICKS_MAX;
}

/* The clock's own lines from own on, which are parallel to the reference from the segment's end. */
static WIDE_APART void steer_set_segment(struct vmclock_steer *steer,
                                         const struct steer_period *period,
                                         const struct vmclock_time *own,
                                         const struct steer_offset *offset)
{
    struct vmclock_time end;
    struct wide at, step;
    uint64_t correction;

    steer_correction_of(period, steer->config.rate_ppb, &offset->magnitude, &correction,
                        &steer->slew_ticks);
    at.sec = (uint64_t)own->sec;
    at.frac = own->frac64;
    at.guard = 0;
    line_set_step(&step, offset->ahead ? period->frac - correction : period->frac + correction,
                  period->shift);
    line_set(&steer->slew, &at, &step);
    line_at(&steer->slew, steer->slew_ticks, &end);
    at.sec = (uint64_t)end.sec;
    at.frac = end.frac64;
    if (steer->next.period_shift <= 64)
        line_set_step(&step, steer->next.period_frac, steer->next.period_shift);
    else
        line_set_step(&step, period->frac, period->shift);
    line_set(&steer->follow, &at, &step);
}

/* The ticks, rounded down to a power of 2, that take less than so many seconds with that step. */
static uint64_t steer_ticks_in(uint64_t sec, uint64_t step_frac64)
{
    unsigned bits = 61;

    while (bits && (step_frac64 >> (64 - bits)) + 1 > sec)
        bits--;
    return bits ? UINT64_C(1) << bits : 0;
}

/* The reference's interval as lines, where that is possible, and for how long; else no window. */
static WIDE_APART void steer_set_window(struct vmclock_steer *steer)
{
    const struct vmclock_reading *now = &steer->now;
    uint64_t room_sec = UINT64_C(1) << 60, limit_sec = steer->clk->max_age_sec;
    struct line_points points;

    steer->window_ticks = 0;
    if (!vmclock_line_points(&steer->next, now->bound_kind, &points))
        return;
    if (now->bound_kind != VMCLOCK_BOUND_NONE) {
        points.earliest.at.sec += (uint64_t)steer->shift_sec;
        points.latest.at.sec += (uint64_t)steer->shift_sec;
    }
    line_set(&steer->earliest, &points.earliest.at, &points.earliest.step);
    line_set(&steer->latest, &points.latest.at, &points.latest.step);
    if (limit_sec && limit_sec <= INT64_MAX) /* the age is in the limit, so that is not negative */
        room_sec = (uint64_t)((int64_t)limit_sec - now->age.sec - 1);
    steer->window_ticks = steer_ticks_in(room_sec, line_steepest(&points, now->bound_kind)->frac);
}

/* Whether the clock is in the interval of the lines. */
static int steer_is_within(const struct vmclock_steer *steer, uint64_t ticks)
{
    struct vmclock_time own, end;

    if (steer_own_at(steer, steer->start_counter + ticks, &own))
        return 0;
    line_at(&steer->earliest, ticks, &end);
    if (vmclock_time_compare(&own, &end) < 0)
        return 0;
    line_at(&steer->latest, ticks, &end);
    return vmclock_time_compare(&own, &end) <= 0;
}

/*
 * While the clock closes in on the reference, and when it is parallel to it, the interval only
 * widens: once in it, the clock stays there. So the moment is found by halving, before the segment's
 * end or, where what is left of the offset was more than the interval's width, after it.
 */
static WIDE_APART void steer_set_convergence(struct vmclock_steer *steer)
{
    uint64_t before = 0, after = steer->slew_ticks; /* (before, after] */

    steer->converge_ticks = 0;
    if (!steer->window_ticks || steer_is_within(steer, 0))
        return;
    if (!steer_is_within(steer, after) && after < steer->window_ticks) {
        before = after;
        after = steer->window_ticks;
    }
    while (after - before > 1) {
        uint64_t middle = before + (after - before) / 2;

        if (steer_is_within(steer, middle))
            after = middle;
        else
            before = middle;
    }
    steer->converge_ticks = steer_is_within(steer, after) ? after : UINT64_MAX;
}

static int steer_is_far(int64_t sec)
{
    return sec > VMCLOCK_STEER_SEC_MAX || sec < -VMCLOCK_STEER_SEC_MAX;
}

/* All that readers look at, in an update. */
static void steer_set_epoch(struct vmclock_steer *steer, const struct steer_axis *axis,
                            int new_epoch)
{
    steer->epoch += new_epoch != 0;
    steer->error = 0;
    steer->time_type = axis->time_type;
    steer->shift_sec = axis->shift_sec;
    steer_copy_rule(&steer->rule, &axis->rule);
    steer->start_counter = steer->next.counter;
    steer->marker = steer->next.disruption_marker;
    steer->bound_by = steer->now.bound_by;
    steer->bound_kind = steer->now.bound_kind;
    steer->clock_status = steer->now.clock_status;
    vmclock_calibrated_join(&steer->next, &steer->next, &steer->reference);
}

static int steer_end_epoch(struct vmclock_steer *steer, int error)
{
    steer->error = error;
    return error;
}

/* Decides on offset and segment; steer->now, on the reference's axis, and next are of this moment. */
static WIDE_APART int steer_turn(struct vmclock_steer *steer, int new_epoch)
{
    struct steer_axis axis;
    struct vmclock_time reference, own;
    struct steer_offset offset;
    struct steer_period period;
    int error = vmclock_steer_relate(steer, new_epoch, &steer->next, &axis);

    if (!error)
        error = steer_period_of(&steer->next, &period);
    if (!error)
        error = vmclock_time_move(&steer->now.time, axis.shift_sec, &reference);
    if (!error && steer_is_far(reference.sec))
        error = VMCLOCK_ERR_RANGE;
    if (error)
        return error;
    own.sec = reference.sec;
    own.frac64 = reference.frac64;
    if (!new_epoch)
        error = steer_own_at(steer, steer->next.counter, &own);
    if (!error && steer_is_far(own.sec))
        error = VMCLOCK_ERR_RANGE;
    if (error)
        return error;
    error = steer_offset_between(&own, &reference, &offset);
    if (error)
        return error;
    if (!new_epoch && steer_above_limit(&offset, steer->config.limit_ns))
        return steer_end_epoch(steer, VMCLOCK_ERR_TOO_FAR);
    steer_set_segment(steer, &period, &own, &offset);
    steer_set_epoch(steer, &axis, new_epoch);
    return 0;
}

/* What is read of page and counter, and the reference at that moment. Between begin and end. */
static int steer_look(struct vmclock_steer *steer, const struct vmclock_snapshot *calibrated,
                      int new_epoch)
{
    struct vmclock_snapshot *next = &steer->next;
    uint64_t lock_word, ref_counter;
    int error = vmclock_take_snapshot(steer->clk, next);

    if (error)
        return error;
    if (!new_epoch && steer->error)
        return steer->error;
    if (!new_epoch && next->disruption_marker != steer->marker)
        return steer_end_epoch(steer, VMCLOCK_ERR_DISRUPTED);
    lock_word = window_lock_word(next->seq, next->time_type, next->counter_id);
    ref_counter = next->ref_counter;
    if (calibrated) {
        if (next->disruption_marker != calibrated->disruption_marker)
            return VMCLOCK_ERR_DISRUPTED;
        vmclock_calibrated_join(next, calibrated, next);
    }
    error = vmclock_at_limited(next, next->counter, steer->clk->max_age_sec, &steer->now);
    if (!error)
        error = steer_turn(steer, new_epoch);
    if (error)
        return error;
    steer_set_window(steer);
    steer_set_convergence(steer);
    steer->by_page = !calibrated;
    steer->lock_word = lock_word;
    steer->ref_counter = ref_counter;
    steer->page_seq = next->seq;
    return 0;
}

static int steer_switch(struct vmclock_steer *steer, const struct vmclock_snapshot *calibrated,
                        int new_epoch)
{
    int error;

    steer->seq |= 1;
    /* Before the counter is read: no reader that still finds the old segment has read it later. */
    vmclock_arch_full_barrier();
    error = steer_look(steer, calibrated, new_epoch);
    if (error)
        steer->window_ticks = 0; /* readers have to look at the page themselves */
    vmclock_arch_write_barrier();
    steer->seq++;
    return error;
}

int vmclock_steer_start_epoch(struct vmclock_steer *steer,
                              const struct vmclock_snapshot *calibrated)
{
    return steer_switch(steer, calibrated, 1);
}

int vmclock_steer_update(struct vmclock_steer *steer, const struct vmclock_snapshot *calibrated)
{
    return steer_switch(steer, calibrated, 0);
}
