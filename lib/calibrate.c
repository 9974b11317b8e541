/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From samples to a snapshot. Sample i says that the source stood in [E, L] while the counter was
 * in [B, A]. The period's interval [slow, fast] comes from the first sample and the last:
 *
 *     latest   L |                           __ L(n)      (E(n) - L(1)) / (A(n) - B(1)) <= average
 *                |                    ___---    |         <= (L(n) - E(1)) / (B(n) - A(1))
 *     E(1)..L(1) |_____--------------- __ E(n)..|
 *                B..A                     B..A = reference point
 *
 * and each sample says of the reference point: from E + (ref - A) * slow to L + (ref - B) * fast.
 */
#include <vmclock/calibrate.h>
#include <vmclock/error.h>
#include "lib/calibrate.h"
#include "lib/ratio.h"
#include "lib/wide.h"

#define CALIBRATE_PPB 1000000000u
#define CALIBRATE_SPAN_MAX (UINT64_C(1) << 62) /* ticks */
#define CALIBRATE_SEC_MAX (INT64_C(1) << 62)
#define CALIBRATE_SHIFT_MAX 64 /* above, readings are slow; it is enough for 2^61 Hz */

/* 2^-(64+shift) s a tick. */
struct calibrate_period {
    uint64_t slow, fast; /* the counter's period lies in [slow, fast] */
    unsigned shift;
};

/* value * (10^9 + ppb) / 10^9, rounded down for a negative ppb, else up; UINT64_MAX if beyond. */
static uint64_t calibrate_scale(uint64_t value, int64_t ppb)
{
    uint64_t low, result;
    uint64_t high = wide_multiply(value, (uint64_t)(CALIBRATE_PPB + ppb), &low);

    return vmclock_ratio(high, low, 0, CALIBRATE_PPB, ppb >= 0, &result) ? UINT64_MAX : result;
}

static unsigned calibrate_bits(uint64_t value)
{
    unsigned bits = 0;

    for (; value; value >>= 1)
        bits++;
    return bits;
}

/* The shift that gives (high, low) / divisor some 60 significant bits, and room to double. */
static unsigned calibrate_shift(uint64_t high, uint64_t low, uint64_t divisor)
{
    unsigned bits = high ? 64 + calibrate_bits(high) : calibrate_bits(low);
    unsigned most = 61 + calibrate_bits(divisor);

    if (bits >= most)
        return 0;
    return most - bits < CALIBRATE_SHIFT_MAX ? most - bits : CALIBRATE_SHIFT_MAX;
}

/* later - earlier, if that is more than 0; times are of 0 to 2^62 s. */
static int calibrate_ahead(const struct vmclock_time *later, const struct vmclock_time *earlier,
                           struct vmclock_time *difference)
{
    difference->sec = later->sec - earlier->sec - (later->frac64 < earlier->frac64);
    difference->frac64 = later->frac64 - earlier->frac64;
    return difference->sec > 0 || (difference->sec == 0 && difference->frac64);
}

/* The frequency's period, widened; fast is UINT64_MAX if it is beyond. */
static void calibrate_frequency(const struct vmclock_calibration *how, struct calibrate_period *p)
{
    uint64_t slow = UINT64_MAX, fast = UINT64_MAX;

    p->shift = calibrate_shift(1, 0, how->frequency_hz);
    (void)vmclock_ratio(1, 0, p->shift, how->frequency_hz, 0, &slow);
    (void)vmclock_ratio(1, 0, p->shift, how->frequency_hz, 1, &fast);
    p->slow = calibrate_scale(slow, -(int64_t)how->frequency_tolerance_ppb);
    p->fast = calibrate_scale(fast, how->frequency_tolerance_ppb);
}

/*
 * The average period from one sample to a later one, widened, intersected with what p is already if
 * known. Returns 0, RATE if nothing bounds the period, or CONTRADICTION.
 */
static int calibrate_average(const struct vmclock_sample *first, const struct vmclock_sample *last,
                             int64_t tolerance_ppb, int known, struct calibrate_period *p)
{
    uint64_t most_ticks = last->counter_after - first->counter_before;
    uint64_t least_ticks = last->counter_before - first->counter_after;
    uint64_t slow = 0, fast = UINT64_MAX;
    struct vmclock_time most, least;
    int bounded = calibrate_ahead(&last->latest, &first->earliest, &most) && least_ticks;
    int runs = calibrate_ahead(&last->earliest, &first->latest, &least) && most_ticks;

    if (!known && (!bounded || !runs))
        return VMCLOCK_ERR_RATE;
    if (!known)
        p->shift = calibrate_shift((uint64_t)most.sec, most.frac64, least_ticks);
    if (bounded) /* else, or where it does not fit, it stays UINT64_MAX */
        (void)vmclock_ratio((uint64_t)most.sec, most.frac64, p->shift, least_ticks, 1, &fast);
    if (runs && vmclock_ratio((uint64_t)least.sec, least.frac64, p->shift, most_ticks, 0, &slow))
        return known ? VMCLOCK_ERR_CONTRADICTION : VMCLOCK_ERR_RATE;
    slow = calibrate_scale(slow, -tolerance_ppb);
    fast = calibrate_scale(fast, tolerance_ppb);
    if (slow > p->slow)
        p->slow = slow;
    if (fast < p->fast)
        p->fast = fast;
    return p->slow > p->fast ? VMCLOCK_ERR_CONTRADICTION : 0;
}

static int calibrate_period(const struct vmclock_time_source *source,
                            const struct vmclock_sample *samples, size_t count,
                            const struct vmclock_calibration *how, struct calibrate_period *p)
{
    int known = how->frequency_hz != 0;
    int failed = 0;

    p->slow = 0;
    p->fast = UINT64_MAX;
    p->shift = 0;
    if (known)
        calibrate_frequency(how, p);
    if (count > 1)
        failed = calibrate_average(&samples[0], &samples[count - 1],
                                   (int64_t)how->tolerance_ppb + source->rate_ppb, known, p);
    if (failed)
        return failed;
    /* Not above 2^128 Hz, nor at or below 1 Hz: a page's period is below 1 s. */
    return p->slow + (p->fast - p->slow) / 2 == 0 || p->fast == UINT64_MAX ? VMCLOCK_ERR_RATE : 0;
}

static int calibrate_before(const struct wide *a, const struct wide *b)
{
    if (a->sec != b->sec)
        return (int64_t)a->sec < (int64_t)b->sec;
    return a->frac < b->frac || (a->frac == b->frac && a->guard < b->guard);
}

static void calibrate_start(const struct vmclock_time *from, struct wide *to)
{
    to->sec = (uint64_t)from->sec;
    to->frac = from->frac64;
    to->guard = 0;
}

/* What all samples say of the source's clock at ref_counter. Returns 0 or CONTRADICTION. */
static int calibrate_intersect(const struct vmclock_sample *samples, size_t count,
                               uint64_t ref_counter, const struct calibrate_period *p,
                               struct wide *lowest, struct wide *highest)
{
    struct wide low, high, moved;

    for (size_t i = 0; i < count; i++) {
        unsigned lost;

        (void)wide_from_ticks(ref_counter - samples[i].counter_after, p->slow, p->shift, &moved);
        calibrate_start(&samples[i].earliest, &low);
        wide_add(&low, &moved);
        lost = wide_from_ticks(ref_counter - samples[i].counter_before, p->fast, p->shift, &moved);
        calibrate_start(&samples[i].latest, &high);
        wide_add(&high, &moved);
        wide_add_guard(&high, lost);
        if (i == 0 || calibrate_before(lowest, &low))
            wide_copy(lowest, &low);
        if (i == 0 || calibrate_before(&high, highest))
            wide_copy(highest, &high);
    }
    return calibrate_before(highest, lowest) ? VMCLOCK_ERR_CONTRADICTION : 0;
}

/* ns of a time that is not negative, rounded up, by way of whole 2^-64 s. */
static int calibrate_to_ns(struct wide *time, uint64_t *ns)
{
    uint64_t low, fraction;

    wide_round_up(time);
    if (time->sec >= UINT64_MAX / WIDE_NS_PER_SEC)
        return VMCLOCK_ERR_RANGE;
    fraction = wide_multiply(time->frac, WIDE_NS_PER_SEC, &low);
    fraction += low != 0;
    *ns = time->sec * WIDE_NS_PER_SEC + fraction;
    return 0;
}

int vmclock_calibrate_reference(const struct wide *lowest, const struct wide *highest,
                                struct vmclock_time *middle, uint64_t *error_ns)
{
    struct wide at, error;

    wide_copy(&at, lowest);
    wide_negate(&at);
    wide_add(&at, highest);
    at.guard = at.guard >> 1 | at.frac << 63;
    at.frac = at.frac >> 1 | at.sec << 63;
    at.sec >>= 1;
    wide_add(&at, lowest);
    at.guard = 0; /* rounded down, so the upper end is the farther one */
    if ((int64_t)at.sec < 0)
        return VMCLOCK_ERR_RANGE;
    wide_copy(&error, &at);
    wide_negate(&error);
    wide_add(&error, highest);
    if (calibrate_to_ns(&error, error_ns))
        return VMCLOCK_ERR_RANGE;
    middle->sec = (int64_t)at.sec;
    middle->frac64 = at.frac;
    return 0;
}

static int calibrate_check_sample(const struct vmclock_sample *sample,
                                  const struct vmclock_sample *last)
{
    if (sample->counter_id != last->counter_id || sample->counter_id == VMCLOCK_COUNTER_ID_INVALID)
        return VMCLOCK_ERR_COUNTER;
    if (sample->disruption_marker != last->disruption_marker)
        return VMCLOCK_ERR_DISRUPTED;
    if (last->counter_after - sample->counter_before > CALIBRATE_SPAN_MAX ||
        last->counter_after - sample->counter_after >
            last->counter_after - sample->counter_before ||
        vmclock_time_compare(&sample->earliest, &sample->latest) > 0)
        return VMCLOCK_ERR_ARGUMENT;
    if (sample->earliest.sec < 0 || sample->latest.sec >= CALIBRATE_SEC_MAX)
        return VMCLOCK_ERR_RANGE;
    return 0;
}

static int calibrate_check(const struct vmclock_time_source *source,
                           const struct vmclock_sample *samples, size_t count,
                           const struct vmclock_calibration *how)
{
    const struct vmclock_sample *last;
    int failed = 0;

    if (!count || how->frequency_tolerance_ppb >= CALIBRATE_PPB ||
        (uint64_t)how->tolerance_ppb + source->rate_ppb >= CALIBRATE_PPB ||
        (source->clock_status != VMCLOCK_CLOCK_STATUS_SYNCHRONIZED &&
         source->clock_status != VMCLOCK_CLOCK_STATUS_FREERUNNING))
        return VMCLOCK_ERR_ARGUMENT;
    if (source->time_type != VMCLOCK_TIME_TYPE_UTC && source->time_type != VMCLOCK_TIME_TYPE_TAI)
        return VMCLOCK_ERR_TIME_TYPE;
    last = &samples[count - 1];
    for (size_t i = 0; i < count && !failed; i++) {
        failed = calibrate_check_sample(&samples[i], last);
        if (!failed && i > 0 &&
            last->counter_after - samples[i - 1].counter_after <
                last->counter_after - samples[i].counter_before)
            failed = VMCLOCK_ERR_ARGUMENT;
    }
    return failed;
}

/* All but the clock's values. */
static void calibrate_fill(const struct vmclock_time_source *source,
                           const struct vmclock_sample *last, const struct vmclock_calibration *how,
                           struct vmclock_snapshot *s)
{
    s->counter = last->counter_after;
    s->disruption_marker = last->disruption_marker;
    s->generation = 0;
    s->ref_counter = last->counter_after;
    s->period_esterror_frac = 0;
    s->esterror_ns = 0;
    s->seq = 0;
    s->size = 0;
    s->flags = VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR;
    if (how->tai_offset_sec)
        s->flags |= VMCLOCK_HAVE_TAI_OFFSET;
    s->have = (uint16_t)(s->flags | VMCLOCK_HAVE_CLOCK);
    s->tai_offset_sec = how->tai_offset_sec;
    s->counter_id = last->counter_id;
    s->counter_read_id = last->counter_id;
    s->time_type = source->time_type;
    s->clock_status = source->clock_status;
    s->leap_indicator = how->leap_indicator;
    s->smear_hint = how->smear_hint;
    s->bound_by = source->bound_by;
}

int vmclock_calibrate(const struct vmclock_time_source *source,
                      const struct vmclock_sample *samples, size_t count,
                      const struct vmclock_calibration *how, struct vmclock_snapshot *snapshot)
{
    struct calibrate_period period;
    struct wide lowest, highest, off;
    struct vmclock_time middle;
    uint64_t maxerror_ns;
    const struct vmclock_sample *last;
    int failed = calibrate_check(source, samples, count, how);

    if (!failed)
        failed = calibrate_period(source, samples, count, how, &period);
    if (failed)
        return failed;
    last = &samples[count - 1];
    failed = calibrate_intersect(samples, count, last->counter_after, &period, &lowest, &highest);
    if (failed)
        return failed;
    wide_from_ns_ceil(source->behind_ns, &off);
    wide_add(&highest, &off);
    wide_from_ns_ceil(source->ahead_ns, &off);
    wide_negate(&off);
    wide_add(&lowest, &off);
    failed = vmclock_calibrate_reference(&lowest, &highest, &middle, &maxerror_ns);
    if (failed)
        return failed;
    snapshot->ref_sec = (uint64_t)middle.sec;
    snapshot->ref_frac64 = middle.frac64;
    snapshot->maxerror_ns = maxerror_ns;
    snapshot->period_shift = (uint8_t)period.shift;
    snapshot->period_frac = period.slow + (period.fast - period.slow) / 2;
    snapshot->period_maxerror_frac = period.fast - snapshot->period_frac;
    calibrate_fill(source, last, how, snapshot);
    return 0;
}
