/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The intersection of what several snapshots promise. At the reference point that is
 * [latest of the earliest ends, earliest of the latest ends]. From there on the sources that gave
 * these ends hold them:
 *
 *      \  high by a  /                 truth <= a's upper end, everywhere
 *       \__________ /
 *        __________|   reference       truth >= b's lower end, everywhere
 *       /  low by b \
 *
 * so the period's interval has to cover a's and b's.
 */
#include <vmclock/calibrate.h>
#include <vmclock/error.h>
#include <vmclock/leap.h>
#include "lib/calibrate.h"
#include "lib/listed.h"
#include "lib/wide.h"

/* period_frac and period_maxerror_frac at a shift. */
struct combine_period {
    uint64_t middle, error;
    unsigned shift;
};

struct combine_ends {
    struct vmclock_time earliest, latest;
    size_t earliest_by, latest_by; /* index of the snapshot that gave the end */
};

/* In units of a shift that is not above the snapshot's; covers what it was. */
static void combine_take_period(const struct vmclock_snapshot *s, unsigned shift,
                                struct combine_period *p)
{
    unsigned coarser = s->period_shift - shift;

    p->shift = shift;
    p->middle = s->period_frac;
    p->error = s->period_maxerror_frac;
    if (!coarser)
        return;
    p->middle = coarser < 64 ? p->middle >> coarser : 0;
    p->error = coarser < 64 ? p->error >> coarser : 0;
    p->error += 2; /* rounded up, and as much as the middle moved down */
}

static uint64_t combine_add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* a becomes the least that covers a and b, whose shifts are the same. */
static void combine_cover(struct combine_period *a, const struct combine_period *b)
{
    const struct combine_period *low = a->middle <= b->middle ? a : b;
    const struct combine_period *high = low == a ? b : a;
    uint64_t apart = high->middle - low->middle, middle, error;

    if (low->error >= combine_add(apart, high->error)) { /* low has high within it */
        middle = low->middle;
        error = low->error;
    } else if (high->error >= combine_add(apart, low->error)) {
        middle = high->middle;
        error = high->error;
    } else { /* between them, moved towards the one with the larger error by half of what that is more */
        uint64_t from_low, from_high;

        middle = low->middle + apart / 2;
        if (high->error > low->error)
            middle += (high->error - low->error) / 2;
        else
            middle -= (low->error - high->error) / 2;
        from_low = combine_add(low->error, middle - low->middle);
        from_high = combine_add(high->error, high->middle - middle);
        error = from_low > from_high ? from_low : from_high;
    }
    a->middle = middle;
    a->error = error;
}

/* Whether a snapshot may be combined with the first one at all. */
static int combine_check(const struct vmclock_snapshot *s, const struct vmclock_snapshot *first)
{
    if (s->counter_id != first->counter_id)
        return VMCLOCK_ERR_COUNTER;
    if (s->disruption_marker != first->disruption_marker)
        return VMCLOCK_ERR_DISRUPTED;
    if (s->time_type != first->time_type)
        return VMCLOCK_ERR_TIME_TYPE;
    if (s->time_type == VMCLOCK_TIME_TYPE_UTC && s->leap_indicator != first->leap_indicator)
        return VMCLOCK_ERR_LEAP;
    return 0;
}

static WIDE_APART int combine_ends(const struct vmclock_snapshot *snapshots, size_t count,
                                   uint64_t counter, struct combine_ends *ends)
{
    struct vmclock_reading reading;
    int error;

    for (size_t i = 0; i < count; i++) {
        error = vmclock_at(&snapshots[i], counter, &reading);
        if (!error)
            error = combine_check(&snapshots[i], &snapshots[0]);
        if (!error && reading.bound_kind != VMCLOCK_BOUND_MAXIMUM)
            error = VMCLOCK_ERR_ARGUMENT;
        if (error)
            return error;
        if (i == 0 || vmclock_time_compare(&reading.earliest, &ends->earliest) > 0) {
            ends->earliest.sec = reading.earliest.sec;
            ends->earliest.frac64 = reading.earliest.frac64;
            ends->earliest_by = i;
        }
        if (i == 0 || vmclock_time_compare(&reading.latest, &ends->latest) < 0) {
            ends->latest.sec = reading.latest.sec;
            ends->latest.frac64 = reading.latest.frac64;
            ends->latest_by = i;
        }
    }
    return 0;
}

static WIDE_APART int combine_periods(const struct vmclock_snapshot *a,
                                      const struct vmclock_snapshot *b, struct combine_period *p)
{
    struct combine_period other;
    unsigned shift = a->period_shift < b->period_shift ? a->period_shift : b->period_shift;

    combine_take_period(a, shift, p);
    if (a != b) {
        combine_take_period(b, shift, &other);
        combine_cover(p, &other);
    }
    return p->middle && p->error != UINT64_MAX ? 0 : VMCLOCK_ERR_RANGE;
}

static void combine_start(const struct vmclock_time *from, struct wide *to)
{
    to->sec = (uint64_t)from->sec;
    to->frac = from->frac64;
    to->guard = 0;
}

LISTED(struct vmclock_snapshot, 116); /* here, and the clock's values in combine_make */

/* What is not the clock's, as in the first. s may be any of them. */
static void combine_fill(const struct vmclock_snapshot *first, const struct vmclock_snapshot *a,
                         const struct vmclock_snapshot *b, struct vmclock_snapshot *s)
{
    uint8_t bound_by = a->bound_by == b->bound_by ? a->bound_by : VMCLOCK_BOUND_BY_SEVERAL;
    uint8_t status =
        a->clock_status == b->clock_status ? a->clock_status : VMCLOCK_CLOCK_STATUS_FREERUNNING;

    s->bound_by = bound_by;
    s->clock_status = status;
    s->disruption_marker = first->disruption_marker;
    s->flags = first->flags;
    s->generation = first->generation;
    s->period_esterror_frac = 0;
    s->esterror_ns = 0;
    s->seq = first->seq;
    s->size = first->size;
    s->have = (uint16_t)(first->have & ~(VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_ESTERROR |
                                         VMCLOCK_HAVE_TAI_OFFSET));
    s->counter_id = first->counter_id;
    s->counter_read_id = first->counter_read_id;
    s->time_type = first->time_type;
    s->smear_hint = first->smear_hint;
}

/* What a snapshot says of leap seconds at its reference point. */
struct combine_leap {
    int16_t tai_offset_sec;
    uint16_t have; /* VMCLOCK_HAVE_TAI_OFFSET, or 0 */
    uint8_t indicator;
};

/*
 * What the first snapshot says, for a reference point in the same month: an indicator speaks of the
 * month, but POS of one second of it, in which the offset is taken to be the old one.
 */
static WIDE_APART void combine_say_anew(const struct vmclock_snapshot *first, uint64_t ref_sec,
                                        struct combine_leap *leap)
{
    struct vmclock_leap rule;
    uint8_t indicator = first->leap_indicator;

    leap->tai_offset_sec = first->tai_offset_sec;
    leap->have = first->have & VMCLOCK_HAVE_TAI_OFFSET;
    leap->indicator = indicator;
    if (vmclock_leap_rule(first, &rule) || rule.utc_error ||
        (indicator != VMCLOCK_LEAP_INDICATOR_PRE_POS && indicator != VMCLOCK_LEAP_INDICATOR_POS))
        return;
    leap->indicator = (int64_t)ref_sec == rule.boundary_sec ? VMCLOCK_LEAP_INDICATOR_POS
                                                            : VMCLOCK_LEAP_INDICATOR_PRE_POS;
    if (leap->indicator != indicator && first->time_type == VMCLOCK_TIME_TYPE_TAI)
        leap->tai_offset_sec =
            (int16_t)(first->tai_offset_sec < 0 ? -rule.before_sec : rule.before_sec);
}

LISTED(struct vmclock_leap, 35); /* here, and in combine_same_tai */

static int combine_same_utc(const struct vmclock_leap *a, const struct vmclock_leap *b)
{
    if (a->utc_error || b->utc_error)
        return a->utc_error == b->utc_error;
    return a->known_from_sec == b->known_from_sec && a->known_until_sec == b->known_until_sec &&
           a->boundary_sec == b->boundary_sec && a->before_sec == b->before_sec &&
           a->leap == b->leap;
}

static int combine_same_tai(const struct vmclock_leap *a, const struct vmclock_leap *b)
{
    return a->tai_error == b->tai_error && (a->tai_error || a->tai_ahead_sec == b->tai_ahead_sec);
}

/* The rule of what is said at ref_sec. */
static WIDE_APART int combine_rule(uint8_t time_type, uint64_t ref_sec,
                                   const struct combine_leap *leap, struct vmclock_leap *rule)
{
    struct vmclock_snapshot said;

    said.have = (uint16_t)(VMCLOCK_HAVE_CLOCK | leap->have);
    said.time_type = time_type;
    said.ref_sec = ref_sec;
    said.tai_offset_sec = leap->tai_offset_sec;
    said.leap_indicator = leap->indicator;
    return vmclock_leap_rule(&said, rule);
}

/* Clears *utc and *tai where the rule is not what the snapshot says of UTC, and of TAI. */
static WIDE_APART int combine_compare(const struct vmclock_snapshot *snapshot,
                                      const struct vmclock_leap *rule, int *utc, int *tai)
{
    struct vmclock_leap own;
    int error = vmclock_leap_rule(snapshot, &own);

    if (error)
        return error;
    *utc &= combine_same_utc(rule, &own);
    *tai &= combine_same_tai(rule, &own);
    return 0;
}

/*
 * What all snapshots say of leap seconds, said at the new reference point. It may not know more than
 * any of them. But whatever is said there speaks of the month of the reference point and of those
 * beside it, no fewer: so all have to say the same of the same months. Else a TAI axis is left
 * without UTC, and without TAI a UTC axis whose offsets differ; a UTC axis without UTC cannot be
 * said: LEAP.
 */
static WIDE_APART int combine_leap(const struct vmclock_snapshot *snapshots, size_t count,
                                   uint64_t ref_sec, struct combine_leap *leap)
{
    struct vmclock_leap rule;
    int utc = 1, tai = 1;

    combine_say_anew(snapshots, ref_sec, leap);
    if (combine_rule(snapshots->time_type, ref_sec, leap, &rule))
        return VMCLOCK_ERR_TIME_TYPE;
    for (const struct vmclock_snapshot *s = snapshots; s < snapshots + count; s++) {
        if (combine_compare(s, &rule, &utc, &tai))
            return VMCLOCK_ERR_TIME_TYPE;
    }
    if (!utc && snapshots[0].time_type == VMCLOCK_TIME_TYPE_UTC)
        return VMCLOCK_ERR_LEAP;
    if (!utc)
        leap->indicator = VMCLOCK_LEAP_INDICATOR_NONE;
    if (!utc || !tai) {
        leap->have = 0;
        leap->tai_offset_sec = 0;
    }
    return 0;
}

static WIDE_APART int combine_overlap(const struct combine_ends *ends,
                                      struct vmclock_disjoint *disjoint)
{
    int in_order = ends->earliest_by < ends->latest_by;

    if (vmclock_time_compare(&ends->earliest, &ends->latest) <= 0)
        return 0;
    if (!disjoint)
        return VMCLOCK_ERR_CONTRADICTION;
    disjoint->first = in_order ? ends->earliest_by : ends->latest_by;
    disjoint->second = in_order ? ends->latest_by : ends->earliest_by;
    return VMCLOCK_ERR_CONTRADICTION;
}

/* The reference point's time and error; the earliest end becomes its time, to save stack. */
static WIDE_APART int combine_reference(struct combine_ends *ends, uint64_t *maxerror_ns)
{
    struct wide lowest, highest;

    combine_start(&ends->earliest, &lowest);
    combine_start(&ends->latest, &highest);
    return vmclock_calibrate_reference(&lowest, &highest, &ends->earliest, maxerror_ns);
}

static WIDE_APART int combine_make(const struct vmclock_snapshot *snapshots,
                                   const struct combine_ends *ends, uint64_t maxerror_ns,
                                   const struct combine_leap *leap, uint64_t counter,
                                   struct vmclock_snapshot *snapshot)
{
    const struct vmclock_snapshot *above = &snapshots[ends->latest_by];
    const struct vmclock_snapshot *below = &snapshots[ends->earliest_by];
    struct combine_period period;
    int error = combine_periods(above, below, &period);

    if (error)
        return error;
    combine_fill(&snapshots[0], above, below, snapshot);
    snapshot->have |= leap->have;
    snapshot->tai_offset_sec = leap->tai_offset_sec;
    snapshot->leap_indicator = leap->indicator;
    snapshot->counter = counter;
    snapshot->ref_counter = counter;
    snapshot->ref_sec = (uint64_t)ends->earliest.sec;
    snapshot->ref_frac64 = ends->earliest.frac64;
    snapshot->maxerror_ns = maxerror_ns;
    snapshot->period_shift = (uint8_t)period.shift;
    snapshot->period_frac = period.middle;
    snapshot->period_maxerror_frac = period.error;
    return 0;
}

int vmclock_combine(const struct vmclock_snapshot *snapshots, size_t count, uint64_t counter,
                    struct vmclock_snapshot *snapshot, struct vmclock_disjoint *disjoint)
{
    struct combine_ends ends;
    uint64_t maxerror_ns;
    struct combine_leap leap;
    int error;

    if (!count)
        return VMCLOCK_ERR_ARGUMENT;
    error = combine_ends(snapshots, count, counter, &ends);
    if (error)
        return error;
    error = combine_overlap(&ends, disjoint);
    if (error)
        return error;
    error = combine_reference(&ends, &maxerror_ns);
    if (error)
        return error;
    error = combine_leap(snapshots, count, (uint64_t)ends.earliest.sec, &leap);
    if (error)
        return error;
    return combine_make(snapshots, &ends, maxerror_ns, &leap, counter, snapshot);
}
