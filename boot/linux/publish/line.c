/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/timex.h>
#include <vmclock/time.h>
#include "boot/linux/publish/line.h"

#define PPB 1000000000u

__extension__ typedef unsigned __int128 uint128;

static uint64_t saturate(uint128 value)
{
    return value >> 64 ? UINT64_MAX : (uint64_t)value;
}

/* How fast the line may be wrong. */
static uint64_t rate_error_ppb(const struct line_inputs *in)
{
    return (uint64_t)(in->tolerance_ppb ? in->tolerance_ppb : in->kernel->tolerance_ppb) +
           in->rate->error_ppb;
}

/* A fraction with so many binary places. */
struct period {
    uint64_t frac;
    unsigned places;
};

/* Of a number that is not 0. */
static unsigned leading_zeros(uint128 value)
{
    uint64_t high = (uint64_t)(value >> 64);

    return (unsigned)(high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)value));
}

/*
 * ns / 10^9 / ticks s a host tick, times host ticks a guest tick, with the top bit of frac set where
 * 128 places allow.
 */
static struct period divide(const struct line_inputs *in)
{
    uint128 ns = (uint128)in->rate->ns * in->relation->host_ticks_a_tick;
    uint128 divisor = (uint128)in->rate->ticks * PPB;
    /* As many places at once as the dividend has room for: as a rule all. */
    unsigned shift = leading_zeros(ns);
    uint128 frac = (ns << shift) / divisor, rest = (ns << shift) - frac * divisor;

    for (; frac >> 64; frac >>= 1)
        shift--;
    /* Else long division: ns < divisor, as no guest tick lasts a second. */
    while (shift < 128 && !(frac >> 63)) {
        rest <<= 1;
        frac <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            frac |= 1;
        }
        shift++;
    }
    return (struct period){(uint64_t)frac, shift};
}

/* The same where the guest counts ratio * 2^-frac_bits ticks in one of the host's. */
static struct period scale(struct period host, uint64_t ratio, unsigned frac_bits)
{
    uint128 frac = ((uint128)host.frac << 64) / ratio;
    unsigned places = host.places + 64 - frac_bits;

    for (; frac >> 64; frac >>= 1)
        places--;
    return (struct period){(uint64_t)frac, places};
}

/* How far a scaled period is rounded, in its last place. */
#define SCALED_ROUNDING 4

static void set_period(const struct line_inputs *in, struct vmclock_snapshot *s)
{
    const struct counter_relation *relation = in->relation;
    struct period period = divide(in);
    uint128 frac;

    if (relation->ratio)
        period = scale(period, relation->ratio, relation->frac_bits);
    /* The page's are 64 + period_shift. */
    frac = period.places < 64 ? (uint128)period.frac << (64 - period.places) : period.frac;
    s->period_frac = (uint64_t)frac;
    s->period_shift = (uint8_t)(period.places < 64 ? 0 : period.places - 64);
    /* The period is up to one more than frac, and that part of it is wrong, too. */
    s->period_maxerror_frac = saturate(((frac + 1) * rate_error_ppb(in) + PPB - 1) / PPB + 1 +
                                       (relation->ratio ? SCALED_ROUNDING : 0));
    s->period_esterror_frac = saturate(frac * in->rate->error_ppb / PPB + 1);
}

/* How far the sample and the relation may be wrong. */
static uint64_t own_bound_ns(const struct line_inputs *in)
{
    const struct counter_relation *relation = in->relation;
    uint64_t window = in->sample->after_ticks - in->sample->before_ticks;
    uint64_t bracket = relation->zero_latest_ticks - relation->zero_earliest_ticks;
    /* Halves, each middle rounded by a tick, and the reference rounded to a guest tick. */
    uint64_t ticks = window / 2 + 1 + bracket / 2 + 1 + relation_tick_ceil(relation);

    return host_ns_ceil(in->rate, ticks) + 1;
}

static void set_errors(const struct line_inputs *in, struct vmclock_snapshot *s)
{
    bool of_kernel = in->options->authority == AUTHORITY_KERNEL;
    uint64_t own_ns = own_bound_ns(in);

    s->esterror_ns = own_ns + (of_kernel ? in->kernel->esterror_ns : 0);
    s->maxerror_ns = own_ns + (of_kernel ? in->kernel->maxerror_ns : 0);
    if (in->options->claim_bound)
        s->maxerror_ns = in->options->claim_bound_ns;
}

static uint8_t find_status(const struct line_inputs *in)
{
    if (in->leaps->unclear)
        return VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    if (in->kernel->state == TIME_ERROR || in->kernel->status & STA_UNSYNC)
        return VMCLOCK_CLOCK_STATUS_FREERUNNING;
    return VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
}

/* T1 on the scale that the page can have: TAI, or UTC while TAI is not known. */
static void set_reference(const struct line_inputs *in, struct vmclock_snapshot *s)
{
    struct vmclock_time reference;

    s->ref_counter = relation_guest_ticks(in->relation, host_sample_middle(in->sample));
    vmclock_time_from_ns(in->sample->realtime_ns + in->options->skew_ns, &reference);
    s->time_type = VMCLOCK_TIME_TYPE_UTC;
    if (in->leaps->have_offset) {
        reference.sec += in->leaps->tai_minus_utc_sec;
        s->time_type = VMCLOCK_TIME_TYPE_TAI;
        s->have |= VMCLOCK_HAVE_TAI_OFFSET;
        /* From TAI to UTC, as Linux and UAPI.13 1.1 count it. */
        s->tai_offset_sec = (int16_t)-in->leaps->tai_minus_utc_sec;
    }
    s->ref_sec = (uint64_t)reference.sec;
    s->ref_frac64 = reference.frac64;
}

void line_compose(const struct line_inputs *in, struct vmclock_snapshot *s)
{
    memset(s, 0, sizeof(*s));
    s->have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR |
              VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_ESTERROR;
    s->disruption_marker = in->disruption_marker;
    s->counter_id = in->counter_id;
    s->smear_hint = VMCLOCK_SMEAR_HINT_STRICT;
    s->leap_indicator = in->leaps->indicator;
    s->clock_status = find_status(in);
    set_period(in, s);
    set_reference(in, s);
    set_errors(in, s);
}

static bool is_like_last(const struct line_inputs *in, const struct line_last *last)
{
    const struct counter_relation *now = in->relation, *before = &last->relation;

    return last->sample == in->sample && last->tolerance_ppb == in->tolerance_ppb &&
           before->ratio == now->ratio && before->frac_bits == now->frac_bits &&
           before->host_ticks_a_tick == now->host_ticks_a_tick &&
           before->zero_latest_ticks - before->zero_earliest_ticks ==
               now->zero_latest_ticks - now->zero_earliest_ticks;
}

void line_compose_next(const struct line_inputs *in, uint64_t sample_count, struct line_last *last,
                       struct vmclock_snapshot *s)
{
    if (last->sample_count != sample_count || !is_like_last(in, last)) {
        last->sample_count = sample_count;
        last->sample = in->sample;
        last->relation = *in->relation;
        last->tolerance_ppb = in->tolerance_ppb;
        line_compose(in, &last->snapshot);
    }
    *s = last->snapshot;
    s->disruption_marker = in->disruption_marker;
    s->counter_id = in->counter_id;
    s->ref_counter = relation_guest_ticks(in->relation, host_sample_middle(in->sample));
}
