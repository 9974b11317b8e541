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
 * and each sample says of the reference point: from E + (ref - A) * slow to L + (ref - B) * fast,
 * there with what the source's own clock may run slower and faster.
 */
#include <vmclock/calibrate.h>
#include <vmclock/error.h>
#include "lib/calibrate.h"
#include "lib/fields.h"
#include "lib/listed.h"
#include "lib/ratio.h"
#include "lib/wide.h"

#define CALIBRATE_PPB 1000000000u
#define CALIBRATE_SPAN_MAX (UINT64_C(1) << 62) /* ticks */
#define CALIBRATE_SEC_MAX (INT64_C(1) << 62)
#define CALIBRATE_SHIFT_MAX 64 /* above, readings are slow; it is enough for 2^61 Hz */

/* 2^-(64+shift) s a tick. */
struct calibrate_period {
    uint64_t slow, fast;             /* the counter's period lies in [slow, fast] */
    uint64_t shown_slow, shown_fast; /* and by the source's clock in these */
    unsigned shift;
};

/* value * numerator / denominator; UINT64_MAX if beyond. */
static uint64_t calibrate_scale(uint64_t value, uint32_t numerator, uint32_t denominator, int up)
{
    uint64_t low, result;
    uint64_t high = wide_multiply(value, numerator, &low);

    return vmclock_ratio(high, low, 0, denominator, up, &result) ? UINT64_MAX : result;
}

/*
 * The least and the most that a period can be that is off by so much, and also one whose frequency
 * is: 1 / (1 - x) is more than 1 + x.
 */
static uint64_t calibrate_least(uint64_t period, uint32_t ppb)
{
    return calibrate_scale(period, CALIBRATE_PPB - ppb, CALIBRATE_PPB, 0);
}

static uint64_t calibrate_most(uint64_t period, uint32_t ppb)
{
    return calibrate_scale(period, CALIBRATE_PPB, CALIBRATE_PPB - ppb, 1);
}

static unsigned calibrate_bits(uint64_t value)
{
    unsigned bits = 0;

    for (; value; value >>= 1)
        bits++;
    return bits;
}

/* The shift that gives (high, low) / divisor some 60 significant bits, and room to be widened. */
static unsigned calibrate_shift(uint64_t high, uint64_t low, uint64_t divisor, uint32_t ppb)
{
    unsigned bits = high ? 64 + calibrate_bits(high) : calibrate_bits(low);
    unsigned most = 61 + calibrate_bits(divisor);

    for (uint64_t rest = CALIBRATE_PPB - ppb; rest < CALIBRATE_PPB / 2; rest *= 2)
        most--;
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

    p->shift = calibrate_shift(1, 0, how->frequency_hz, how->frequency_tolerance_ppb);
    (void)vmclock_ratio(1, 0, p->shift, how->frequency_hz, 0, &slow);
    (void)vmclock_ratio(1, 0, p->shift, how->frequency_hz, 1, &fast);
    p->slow = calibrate_least(slow, how->frequency_tolerance_ppb);
    p->fast = calibrate_most(fast, how->frequency_tolerance_ppb);
}

/*
 * The average period from one sample to a later one, widened, intersected with what p is already if
 * known. Returns 0, RATE if nothing bounds the period, or CONTRADICTION.
 */
static int calibrate_average(const struct vmclock_sample *first, const struct vmclock_sample *last,
                             uint32_t tolerance_ppb, int known, struct calibrate_period *p)
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
        p->shift = calibrate_shift((uint64_t)most.sec, most.frac64, least_ticks, tolerance_ppb);
    if (bounded) /* else, or where it does not fit, it stays UINT64_MAX */
        (void)vmclock_ratio((uint64_t)most.sec, most.frac64, p->shift, least_ticks, 1, &fast);
    if (runs && vmclock_ratio((uint64_t)least.sec, least.frac64, p->shift, most_ticks, 0, &slow))
        slow = UINT64_MAX;
    slow = calibrate_least(slow, tolerance_ppb);
    fast = calibrate_most(fast, tolerance_ppb);
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
    int error = 0;

    p->slow = 0;
    p->fast = UINT64_MAX;
    p->shift = 0;
    if (known)
        calibrate_frequency(how, p);
    if (count > 1)
        error = calibrate_average(&samples[0], &samples[count - 1],
                                  how->tolerance_ppb + source->rate_ppb, known, p);
    if (error)
        return error;
    p->shown_slow = calibrate_least(p->slow, source->rate_ppb);
    p->shown_fast = calibrate_most(p->fast, source->rate_ppb);
    /* Not above 2^128 Hz, nor at or below 1 Hz: a page's period is below 1 s. */
    if (p->slow + (p->fast - p->slow) / 2 == 0 || p->shown_fast == UINT64_MAX)
        return VMCLOCK_ERR_RATE;
    return 0;
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

static void calibrate_move(struct wide *time, uint64_t ticks, uint64_t rate, unsigned shift)
{
    struct wide moved;

    (void)wide_from_ticks(ticks, rate, shift, &moved); /* exact with such shifts */
    wide_add(time, &moved);
}

/*
 * What all samples say of the source's clock at the last one's counter_after. Carried on from sample
 * to sample, so that each is held against those before it. Returns 0 or CONTRADICTION.
 */
static int calibrate_intersect(const struct vmclock_sample *samples, size_t count,
                               const struct calibrate_period *p, struct wide *lowest,
                               struct wide *highest)
{
    struct wide low, high;

    for (size_t i = 0; i < count; i++) {
        const struct vmclock_sample *s = &samples[i];
        uint64_t took = s->counter_after - s->counter_before;

        calibrate_start(&s->earliest, &low);
        calibrate_start(&s->latest, &high);
        if (i > 0) {
            uint64_t since = s->counter_before - samples[i - 1].counter_after;

            calibrate_move(lowest, since, p->shown_slow, p->shift);
            calibrate_move(highest, since + took, p->shown_fast, p->shift);
            if (calibrate_before(&high, lowest) || calibrate_before(highest, &low))
                return VMCLOCK_ERR_CONTRADICTION;
            calibrate_move(lowest, took, p->shown_slow, p->shift);
        }
        calibrate_move(&high, took, p->shown_fast, p->shift);
        if (i == 0 || calibrate_before(lowest, &low))
            wide_copy(lowest, &low);
        if (i == 0 || calibrate_before(&high, highest))
            wide_copy(highest, &high);
    }
    return 0;
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
    int error = 0;

    if (!count || how->frequency_tolerance_ppb >= CALIBRATE_PPB ||
        (uint64_t)how->tolerance_ppb + source->rate_ppb >= CALIBRATE_PPB ||
        !fields_is_usable(source->clock_status))
        return VMCLOCK_ERR_ARGUMENT;
    if (source->time_type != VMCLOCK_TIME_TYPE_UTC && source->time_type != VMCLOCK_TIME_TYPE_TAI)
        return VMCLOCK_ERR_TIME_TYPE;
    last = &samples[count - 1];
    for (size_t i = 0; i < count && !error; i++) {
        error = calibrate_check_sample(&samples[i], last);
        if (!error && i > 0 &&
            last->counter_after - samples[i - 1].counter_after <
                last->counter_after - samples[i].counter_before)
            error = VMCLOCK_ERR_ARGUMENT;
    }
    return error;
}

LISTED(struct vmclock_snapshot, 116); /* here, and the clock's values in vmclock_calibrate */

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
    int error = calibrate_check(source, samples, count, how);

    if (!error)
        error = calibrate_period(source, samples, count, how, &period);
    if (error)
        return error;
    last = &samples[count - 1];
    error = calibrate_intersect(samples, count, &period, &lowest, &highest);
    if (error)
        return error;
    wide_from_ns_ceil(source->behind_ns, &off);
    wide_add(&highest, &off);
    wide_from_ns_ceil(source->ahead_ns, &off);
    wide_negate(&off);
    wide_add(&lowest, &off);
    error = vmclock_calibrate_reference(&lowest, &highest, &middle, &maxerror_ns);
    if (error)
        return error;
    snapshot->ref_sec = (uint64_t)middle.sec;
    snapshot->ref_frac64 = middle.frac64;
    snapshot->maxerror_ns = maxerror_ns;
    snapshot->period_shift = (uint8_t)period.shift;
    snapshot->period_frac = period.slow + (period.fast - period.slow) / 2;
    snapshot->period_maxerror_frac = period.fast - snapshot->period_frac;
    calibrate_fill(source, last, how, snapshot);
    return 0;
}
