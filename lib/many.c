/* SPDX-License-Identifier: BSD-2-Clause */
/* Many counter values against one snapshot. */
#include <vmclock/clock.h>
#include <vmclock/error.h>
#include "lib/line.h"
#include "lib/wide.h"

#define MANY_BLOCK \
    128u /* values; a window takes the time of some ten, and a value half of that without */

/* Where the compiler optimises for speed: 0.84 ns a value instead of 1.20; clang does so unasked. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
#define MANY_UNROLL _Pragma("GCC unroll 8")
#else
#define MANY_UNROLL
#endif

/* The counter values that are farthest before and after the reference point. */
struct many_ends {
    uint64_t lowest, highest;
    int in_order; /* no value is before the one in front of it: as what was recorded in its order */
};

static int many_in_order(const uint64_t *counters, size_t count, uint64_t ref_counter)
{
    /* Else the values go past the one that is 2^63 ticks away. */
    if ((int64_t)(counters[0] - ref_counter) > (int64_t)(counters[count - 1] - ref_counter))
        return 0;
    MANY_UNROLL
    for (size_t i = 1; i < count; i++)
        if (counters[i] < counters[i - 1])
            return 0;
    return 1;
}

/* count is not 0. */
static void many_find_ends(const uint64_t *counters, size_t count, uint64_t ref_counter,
                           struct many_ends *ends)
{
    int64_t low = INT64_MAX, high = INT64_MIN;

    ends->lowest = counters[0];
    ends->highest = counters[count - 1];
    ends->in_order = many_in_order(counters, count, ref_counter);
    if (ends->in_order)
        return;
    for (size_t i = 0; i < count; i++) {
        int64_t distance = (int64_t)(counters[i] - ref_counter);

        low = distance < low ? distance : low;
        high = distance > high ? distance : high;
    }
    ends->lowest = (uint64_t)low + ref_counter;
    ends->highest = (uint64_t)high + ref_counter;
}

/* The time at a counter value to 2^-128 s, which is exact for shifts up to 64; known to be in range. */
static void many_base_at(const struct vmclock_snapshot *s, uint64_t counter, struct wide *base)
{
    const uint64_t distance = counter - s->ref_counter, sign = 0 - (distance >> 63);
    struct wide ref = {s->ref_sec, s->ref_frac64, 0};

    (void)wide_from_ticks((distance ^ sign) - sign, s->period_frac, s->period_shift, base);
    if (sign)
        wide_negate(base);
    wide_add(base, &ref);
}

/* Times within 2^n ticks from an origin, which take one multiplication each; as line_rate. */
struct many_window {
    uint64_t origin;
    uint64_t rate, factor; /* 2^-(64+n) s a tick; 2^(64-n) */
    struct wide base;      /* the time at the origin */
};

/* For the compiler to see that no time is written over it; by fields, as nobody has a memcpy. */
static WIDE_INLINE void many_copy_window(struct many_window *to, const struct many_window *from)
{
    to->origin = from->origin;
    to->rate = from->rate;
    to->factor = from->factor;
    wide_copy(&to->base, &from->base);
}

/* The fraction; a smaller one than the base's is of the second after. */
static WIDE_INLINE uint64_t many_fraction_at(const struct many_window *window, uint64_t counter)
{
    return wide_multiply_add((counter - window->origin) * window->factor, window->rate,
                             window->base.frac, window->base.guard);
}

/* Values of the base's second: 0.84 ns each where those that may be of the next one take 1.03. */
static WIDE_APART void many_convert_in_second(const struct many_window *window,
                                              const uint64_t *counters, size_t count,
                                              struct vmclock_time *times)
{
    struct many_window w;

    many_copy_window(&w, window);
    MANY_UNROLL
    for (size_t i = 0; i < count; i++) {
        times[i].frac64 = many_fraction_at(&w, counters[i]);
        times[i].sec = (int64_t)w.base.sec;
    }
}

/* Values of it and the one after. */
static WIDE_APART void many_convert_across(const struct many_window *window,
                                           const uint64_t *counters, size_t count,
                                           struct vmclock_time *times)
{
    struct many_window w;

    many_copy_window(&w, window);
    MANY_UNROLL
    for (size_t i = 0; i < count; i++) {
        uint64_t frac = many_fraction_at(&w, counters[i]);

        times[i].frac64 = frac;
        times[i].sec = (int64_t)(w.base.sec + (frac < w.base.frac));
    }
}

/* The times at values from the line's start on, wherever they lie. */
static WIDE_APART void many_convert_anywhere(const struct vmclock_line *line, uint64_t start,
                                             const uint64_t *counters, size_t count,
                                             struct vmclock_time *times)
{
    for (size_t i = 0; i < count; i++)
        line_at(line, counters[i] - start, &times[i]);
}

/* The times alone, all in range; for shifts up to 64. */
static WIDE_APART void many_convert(const struct vmclock_snapshot *s, const uint64_t *counters,
                                    size_t count, const struct many_ends *ends,
                                    struct vmclock_time *times)
{
    struct many_window window;
    struct vmclock_line line;
    struct wide step;
    int by_windows;
    unsigned n;

    line_set_step(&step, s->period_frac, s->period_shift);
    many_base_at(s, ends->lowest, &window.base);
    line_set(&line, &window.base, &step);
    n = line_scale(&step);
    by_windows = line_rate(&step, n, &window.rate) && ends->in_order;
    window.factor = UINT64_C(1) << (64 - n);
    while (count) {
        const size_t block = count < MANY_BLOCK ? count : MANY_BLOCK;

        if (by_windows && (counters[block - 1] - counters[0]) >> n == 0) {
            window.origin = counters[0];
            many_base_at(s, window.origin, &window.base);
            if (many_fraction_at(&window, counters[block - 1]) >= window.base.frac)
                many_convert_in_second(&window, counters, block, times);
            else
                many_convert_across(&window, counters, block, times);
        } else {
            many_convert_anywhere(&line, ends->lowest, counters, block, times);
        }
        counters += block;
        times += block;
        count -= block;
    }
}

/* For counters faster than 2^64 Hz. */
static WIDE_APART void many_convert_one_by_one(const struct vmclock_snapshot *s,
                                               const uint64_t *counters, size_t count,
                                               struct vmclock_time *times)
{
    struct vmclock_reading reading;

    reading.time.sec = 0; /* compilers do not know what is said below */
    reading.time.frac64 = 0;
    for (size_t i = 0; i < count; i++) {
        (void)vmclock_at(s, counters[i], &reading); /* in range, so it cannot fail */
        times[i].sec = reading.time.sec;
        times[i].frac64 = reading.time.frac64;
    }
}

/* An error that holds for every value of which none is farther away than the reading's. */
static void many_widen(const struct vmclock_reading *reading, struct vmclock_time *maxerror)
{
    /* From the rounded time to the rounded end, and a unit for values that are rounded more. */
    uint64_t frac = reading->latest.frac64 - reading->time.frac64;
    uint64_t borrow = reading->latest.frac64 < reading->time.frac64;
    uint64_t sec = (uint64_t)reading->latest.sec - (uint64_t)reading->time.sec - borrow;
    uint64_t frac_up = frac + 1;

    sec += frac_up == 0;
    if (sec > (uint64_t)maxerror->sec ||
        (sec == (uint64_t)maxerror->sec && frac_up > maxerror->frac64)) {
        maxerror->sec = (int64_t)sec;
        maxerror->frac64 = frac_up;
    }
}

/*
 * Time grows with the distance, latest is convex and earliest concave in it: if both ends are in range,
 * all is. The error grows with the magnitude of the distance.
 */
static WIDE_APART int many_find_error(const struct vmclock_snapshot *s,
                                      const struct many_ends *ends, struct vmclock_time *maxerror,
                                      int *bound_kind)
{
    struct vmclock_reading reading;
    int error = vmclock_at(s, ends->lowest, &reading);

    if (error)
        return error;
    maxerror->sec = 0;
    maxerror->frac64 = 0;
    many_widen(&reading, maxerror);
    error = vmclock_at(s, ends->highest, &reading);
    if (error)
        return error;
    many_widen(&reading, maxerror);
    *bound_kind = reading.bound_kind;
    if (reading.bound_kind == VMCLOCK_BOUND_NONE) {
        maxerror->sec = INT64_MAX;
        maxerror->frac64 = UINT64_MAX;
    }
    /* The errors themselves may fit, but not with what many_widen adds. */
    return maxerror->sec < 0 ? VMCLOCK_ERR_RANGE : 0;
}

int vmclock_at_many(const struct vmclock_snapshot *snapshot, const uint64_t *counters, size_t count,
                    struct vmclock_time *times, struct vmclock_time *maxerror, int *bound_kind)
{
    struct vmclock_time widest;
    struct many_ends ends;
    int error, kind;

    if (count == 0)
        return VMCLOCK_ERR_ARGUMENT;
    many_find_ends(counters, count, snapshot->ref_counter, &ends);
    error = many_find_error(snapshot, &ends, &widest, &kind);
    if (error)
        return error;
    if (snapshot->period_shift <= 64)
        many_convert(snapshot, counters, count, &ends, times);
    else
        many_convert_one_by_one(snapshot, counters, count, times);
    maxerror->sec = widest.sec;
    maxerror->frac64 = widest.frac64;
    *bound_kind = kind;
    return 0;
}
