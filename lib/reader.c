/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader: between refreshes, time and its interval are straight lines over the counter. While
 * none of them leaves its second, only their fractions have to be computed, modulo 2^64.
 */
#include <vmclock/error.h>
#include <vmclock/reader.h>
#include <vmclock/types.h>
#include "lib/clock.h"
#include "lib/estimate.h"
#include "lib/line.h"
#include "lib/snapshot.h"
#include "lib/utc.h"
#include "lib/wide.h"
#include "lib/window.h"

/*
 * The CPU's own counter as its best order reads it, which is the quick way, or any other. The quick
 * way has no test and no call for the others; on a loaded machine that buys less than what a bench
 * differs by from run to run.
 */
enum reader_counter { READER_COUNTER_QUICK, READER_COUNTER_ANY };

/* scaled: ticks << scale, so that the product is one of 2^-128 s. */
static WIDE_INLINE uint64_t reader_fraction_at(const struct vmclock_reader_line *line,
                                               uint64_t scaled)
{
    return wide_multiply_add(scaled, line->rate, line->base_frac64, line->base_guard);
}

/*
 * Whether the page is still the one that the lines were made from, and the counter in their window:
 * then how far, for reader_fraction_at.
 *
 * Within a window, which is shorter than a second, the count cannot wrap: that takes 2^31 updates.
 * A machine that is restored takes this reader back with the page; for one whose page stays outside,
 * see window_open_same.
 */
static WIDE_INLINE int reader_in_window(const struct vmclock_reader *r,
                                        const volatile struct vmclock_page *page,
                                        enum reader_counter which, uint64_t *counter,
                                        uint64_t *scaled)
{
    uint64_t ticks;

    if (!window_open_same(page, &r->lock_word, &r->snapshot.disruption_marker,
                          &r->snapshot.ref_counter))
        return 0;
    *counter = which == READER_COUNTER_QUICK ? vmclock_arch_counter(0) : snapshot_counter(r->clk);
    if (!window_close_same(page, &r->lock_word))
        return 0;
    ticks = *counter - r->base_counter;
    if (ticks >= r->window_ticks) /* also if it is before the base */
        return 0;
    *scaled = ticks << r->scale;
    return 1;
}

/* The moving parts of reading. */
static WIDE_INLINE int reader_read(struct vmclock_reader *r,
                                   const volatile struct vmclock_page *page,
                                   enum reader_counter which)
{
    uint64_t counter, scaled, frac;

    if (!reader_in_window(r, page, which, &counter, &scaled))
        return 0;
    r->reading.counter = counter;
    r->reading.latest.frac64 = reader_fraction_at(&r->latest, scaled);
    r->reading.earliest.frac64 = reader_fraction_at(&r->earliest, scaled);
    frac = reader_fraction_at(&r->time, scaled);
    r->reading.time.frac64 = frac;
    r->reading.age.frac64 = frac - r->snapshot.ref_frac64;
    return 1;
}

/* The moving parts of utc: the seconds are the same, and so are all labels. */
static WIDE_INLINE int reader_read_utc(struct vmclock_reader *r,
                                       const volatile struct vmclock_page *page,
                                       enum reader_counter which)
{
    uint64_t counter, scaled, frac;

    if (!reader_in_window(r, page, which, &counter, &scaled))
        return 0;
    r->utc.counter = counter;
    r->utc.latest.instant.frac64 = reader_fraction_at(&r->latest, scaled);
    r->utc.earliest.instant.frac64 = reader_fraction_at(&r->earliest, scaled);
    frac = reader_fraction_at(&r->time, scaled);
    r->utc.utc.instant.frac64 = frac;
    r->utc.tai.frac64 = frac;
    return 1;
}

/* The line through the point. Returns as line_rate. */
static int reader_set_line(struct vmclock_reader_line *line, const struct line_point *point,
                           unsigned n)
{
    line->base_frac64 = point->at.frac;
    line->base_guard = point->at.guard;
    return line_rate(&point->step, n, &line->rate);
}

/* The ticks, rounded down to a power of 2, for which nothing with that step leaves its second. */
static uint64_t reader_ticks_within(uint64_t room_frac64, uint64_t step_frac64)
{
    unsigned bits = 62;

    while (bits && room_frac64 >> bits <= step_frac64)
        bits--;
    return room_frac64 >> bits > step_frac64 ? UINT64_C(1) << bits : 0;
}

static uint64_t reader_least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The lines and their window, from reading and snapshot; no window where lines would not do. */
static WIDE_APART void reader_set_window(struct vmclock_reader *r)
{
    const struct vmclock_snapshot *s = &r->snapshot;
    const struct vmclock_reading *now = &r->reading;
    struct line_points points;
    uint64_t room;
    unsigned n;

    if (!vmclock_line_points(s, now->bound_kind, &points))
        return;
    n = line_scale(line_steepest(&points, now->bound_kind));
    if (!reader_set_line(&r->time, &points.time, n) ||
        !reader_set_line(&r->earliest, &points.earliest, n) ||
        !reader_set_line(&r->latest, &points.latest, n))
        return;
    r->scale = 64 - n;
    room = reader_least(~now->time.frac64, ~now->age.frac64);
    if (now->bound_kind != VMCLOCK_BOUND_NONE)
        room = reader_least(room, reader_least(~now->earliest.frac64, ~now->latest.frac64));
    r->window_ticks = reader_least(
        reader_ticks_within(room, line_steepest(&points, now->bound_kind)->frac), UINT64_C(1) << n);
    r->base_counter = s->counter;
    r->lock_word = window_lock_word(s->seq, s->time_type, s->counter_id);
    if (r->window_ticks) {
        r->page = r->clk->page;
        r->quick_page = r->clk->counter.read || r->clk->counter_order ? NULL : r->page;
    }
}

/* Whenever the quick way does not lead there. */
static WIDE_APART int reader_refresh(struct vmclock_reader *r)
{
    int error;

    if (r->page && !r->quick_page && reader_read(r, r->page, READER_COUNTER_ANY))
        return 0;
    r->quick_page = r->quick_utc = r->page = NULL;
    r->utc_made = 0;
    error = vmclock_take_snapshot(r->clk, &r->snapshot);
    if (error)
        return error;
    error = vmclock_at_limited(&r->snapshot, r->snapshot.counter, r->clk->max_age_sec, &r->reading);
    if (error)
        return error;
    reader_set_window(r);
    return 0;
}

void vmclock_reader_init(struct vmclock_reader *reader, const struct vmclock *clk)
{
    reader->clk = clk;
    reader->quick_page = reader->quick_utc = reader->page = NULL;
    reader->utc_made = 0;
}

LINE_QUICK int vmclock_reader_now(struct vmclock_reader *reader)
{
    if (reader->quick_page && reader_read(reader, reader->quick_page, READER_COUNTER_QUICK))
        return 0;
    return reader_refresh(reader);
}

/* As reader_refresh; and the labels, of what it read. */
static WIDE_APART int reader_refresh_utc(struct vmclock_reader *r)
{
    int error;

    if (r->utc_made && !r->quick_utc && reader_read_utc(r, r->page, READER_COUNTER_ANY))
        return 0;
    error = reader_refresh(r);
    if (!error)
        error = vmclock_leap_rule(&r->snapshot, &r->utc.leap);
    if (error)
        return error;
    (void)vmclock_utc_set_reading(&r->reading, &r->utc);
    estimate_set(&r->snapshot, &r->utc.estimate);
    r->utc.seq = r->snapshot.seq;
    vmclock_utc_set_labels(&r->utc);
    r->quick_utc = r->quick_page;
    r->utc_made = r->page != NULL;
    return 0;
}

LINE_QUICK int vmclock_reader_utc_now(struct vmclock_reader *reader)
{
    if (reader->quick_utc && reader_read_utc(reader, reader->quick_utc, READER_COUNTER_QUICK))
        return 0;
    return reader_refresh_utc(reader);
}
