/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/timex.h>
#include <vmclock/time.h>
#include "boot/linux/publish/line.h"

#define PPB 1000000000u

__extension__ typedef unsigned __int128 uint128;

uint32_t line_rate_error_ppb(const struct host_kernel *kernel, const struct host_rate *rate)
{
    return kernel->tolerance_ppb + rate->error_ppb;
}

/*
 * The guest's period: ns / 10^9 / ticks s a host tick, times host ticks a guest tick, as
 * frac * 2^-(64+shift) with the top bit of frac set where shift allows.
 */
static void set_period(const struct line_inputs *in, struct vmclock_snapshot *s)
{
    uint128 ns = (uint128)in->rate->ns * in->relation->host_ticks_a_tick;
    uint128 divisor = (uint128)in->rate->ticks * PPB;
    uint128 rest = ns, frac = 0;
    unsigned shift = 0;

    /* Long division: ns < divisor, as no guest tick lasts a second. */
    while (shift < 128 && !(frac >> 63)) {
        rest <<= 1;
        frac <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            frac |= 1;
        }
        shift++;
    }
    /* frac has `shift` binary places: the page's are 64 + period_shift. */
    if (shift < 64) {
        frac <<= 64 - shift;
        shift = 64;
    }
    s->period_frac = (uint64_t)frac;
    s->period_shift = (uint8_t)(shift - 64);
    s->period_maxerror_frac =
        (uint64_t)(frac * line_rate_error_ppb(in->kernel, in->rate) / PPB) + 1;
}

static uint64_t honest_bound_ns(const struct line_inputs *in)
{
    const struct counter_relation *relation = in->relation;
    uint64_t window = in->sample->after_ticks - in->sample->before_ticks;
    uint64_t bracket = relation->zero_latest_ticks - relation->zero_earliest_ticks;
    /* Halves, each middle rounded by a tick, and the reference rounded to a guest tick. */
    uint64_t ticks = window / 2 + 1 + bracket / 2 + 1 + relation->host_ticks_a_tick;
    uint64_t bound_ns = host_ns_ceil(in->rate, ticks) + 1;

    if (in->options->authority == AUTHORITY_KERNEL)
        bound_ns += in->kernel->maxerror_ns;
    return bound_ns;
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
    const struct counter_relation *relation = in->relation;
    uint64_t zero = relation->zero_earliest_ticks +
                    (relation->zero_latest_ticks - relation->zero_earliest_ticks) / 2;
    struct vmclock_time reference;

    s->ref_counter = (host_sample_middle(in->sample) - zero) / relation->host_ticks_a_tick;
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
    s->have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR;
    s->disruption_marker = in->disruption_marker;
    s->counter_id = in->counter_id;
    s->smear_hint = VMCLOCK_SMEAR_HINT_STRICT;
    s->leap_indicator = in->leaps->indicator;
    s->clock_status = find_status(in);
    set_period(in, s);
    set_reference(in, s);
    s->maxerror_ns = in->options->claim_bound ? in->options->claim_bound_ns : honest_bound_ns(in);
}
