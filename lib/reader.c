/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader: between refreshes, time and its interval are straight lines over the counter. While
 * none of them leaves its second, only their fractions have to be computed, modulo 2^64.
 */
#include <vmclock/error.h>
#include <vmclock/reader.h>
#include "lib/clock.h"
#include "lib/line.h"
#include "lib/snapshot.h"
#include "lib/wide.h"

/* Out of line: off the quick path, or so that stack frames do not add up. */
#define READER_APART __attribute__((noinline))

enum counter_from { COUNTER_FROM_NOBODY, COUNTER_FROM_CPU, COUNTER_FROM_CALLER };

static WIDE_INLINE uint64_t fraction_at(const struct vmclock_reader_line *line, uint64_t counter)
{
    uint64_t guard;
    uint64_t carry = wide_multiply(counter, line->step_guard, &guard);

    carry += guard > line->base_room; /* a product's upper half is below 2^64 - 1 */
    return counter * line->step_frac64 + carry + line->base_frac64;
}

/*
 * Whether the page is still the one that the lines were made from, and the counter in their window:
 * then the moving parts of reading are set.
 *
 * The sequence lock of snapshot_read with one try: the page is consistent from the first load of
 * the lock word to the second, and all that is between them belongs to one update. Within a window,
 * which is shorter than a second, the count cannot wrap: that takes 2^31 updates. A machine that is
 * restored takes this reader back with the page. Where the page lies outside of the machine, or the
 * machine came to another host, an equal count can mean another update; then the counter was
 * disrupted, and the marker tells. The reference counter value is compared for the sake of
 * publishers that forget the marker: it is hardly ever the same twice.
 */
static WIDE_INLINE int in_window(struct vmclock_reader *r, enum counter_from from)
{
    const volatile struct vmclock_page *page = r->page;
    uint64_t counter, frac;

    if (snapshot_page_word(page, SNAPSHOT_WORD(seq_count)) != r->lock_word)
        return 0;
    vmclock_arch_read_barrier();
    if (snapshot_page_word(page, SNAPSHOT_WORD(disruption_marker)) !=
            r->snapshot.disruption_marker ||
        snapshot_page_word(page, SNAPSHOT_WORD(counter_value)) != r->snapshot.ref_counter)
        return 0;
    counter = from == COUNTER_FROM_CALLER ? r->clk->counter.read(r->clk->counter.context)
                                          : vmclock_arch_counter(r->counter_order);
    vmclock_arch_read_barrier();
    if (snapshot_page_word(page, SNAPSHOT_WORD(seq_count)) != r->lock_word)
        return 0;
    if (counter - r->base_counter >= r->window_ticks) /* also if it is before the base */
        return 0;
    r->reading.counter = counter;
    r->reading.latest.frac64 = fraction_at(&r->latest, counter);
    r->reading.earliest.frac64 = fraction_at(&r->earliest, counter);
    frac = fraction_at(&r->time, counter);
    r->reading.time.frac64 = frac;
    r->reading.age.frac64 = frac - r->snapshot.ref_frac64;
    return 1;
}

/* The line through the point at that counter value. */
static void set_line(struct vmclock_reader_line *line, const struct line_point *point,
                     uint64_t counter)
{
    const struct wide *step = &point->step, *at = &point->at;
    uint64_t guard;
    uint64_t frac = wide_multiply(counter, step->guard, &guard) + counter * step->frac;

    line->step_frac64 = step->frac;
    line->step_guard = step->guard;
    line->base_frac64 = at->frac - frac - (at->guard < guard);
    line->base_room = ~(at->guard - guard);
}

/* The ticks, rounded down to a power of 2, for which nothing with that step leaves its second. */
static uint64_t ticks_within(uint64_t room_frac64, uint64_t step_frac64)
{
    unsigned bits = 62;

    while (bits && room_frac64 >> bits <= step_frac64)
        bits--;
    return room_frac64 >> bits > step_frac64 ? UINT64_C(1) << bits : 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The lines and their window, from reading and snapshot; no window where lines would not do. */
static READER_APART void set_window(struct vmclock_reader *r)
{
    const struct vmclock_snapshot *s = &r->snapshot;
    const struct vmclock_reading *now = &r->reading;
    struct line_points points;
    uint64_t room;

    if (!vmclock_line_points(s, now->bound_kind, &points))
        return;
    set_line(&r->time, &points.time, s->counter);
    set_line(&r->earliest, &points.earliest, s->counter);
    set_line(&r->latest, &points.latest, s->counter);

    room = least(least(~now->time.frac64, ~now->age.frac64),
                 least(~now->earliest.frac64, ~now->latest.frac64));
    r->window_ticks = ticks_within(room, r->latest.step_frac64);
    if (s->counter) /* the lines do not go on where the counter wraps */
        r->window_ticks = least(r->window_ticks, 0 - s->counter);
    r->base_counter = s->counter;
    r->lock_word = (uint64_t)s->seq << 32 | (uint32_t)s->time_type << 24 |
                   (uint32_t)s->counter_id << 16 | VMCLOCK_PAGE_VERSION;
    r->page = r->clk->page;
    r->counter_order = r->clk->counter_order;
    if (r->window_ticks)
        r->counter_from = r->clk->counter.read ? COUNTER_FROM_CALLER : COUNTER_FROM_CPU;
}

/* Whenever the CPU's own counter is not in a window. */
static READER_APART int refresh(struct vmclock_reader *r)
{
    int failed;

    if (r->counter_from == COUNTER_FROM_CALLER && in_window(r, COUNTER_FROM_CALLER))
        return 0;
    r->counter_from = COUNTER_FROM_NOBODY;
    failed = vmclock_take_snapshot(r->clk, &r->snapshot);
    if (failed)
        return failed;
    failed =
        vmclock_at_limited(&r->snapshot, r->snapshot.counter, r->clk->max_age_sec, &r->reading);
    if (failed)
        return failed;
    set_window(r);
    return 0;
}

void vmclock_reader_init(struct vmclock_reader *reader, const struct vmclock *clk)
{
    reader->clk = clk;
    reader->counter_from = COUNTER_FROM_NOBODY;
}

int vmclock_reader_now(struct vmclock_reader *reader)
{
    if (reader->counter_from == COUNTER_FROM_CPU && in_window(reader, COUNTER_FROM_CPU))
        return 0;
    return refresh(reader);
}
