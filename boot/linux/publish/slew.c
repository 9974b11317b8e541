/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/timex.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/slew.h"

#define PPB INT64_C(1000000000)
#define NS_PER_SEC INT64_C(1000000000)
#define WIDE_NS (10 * NS_PER_SEC)    /* after a contradiction */
#define ADJUSTED_NS (3 * NS_PER_SEC) /* until no sample from before is in the rate */
#define TICK_PPB 100000              /* a microsecond of adjtimex's tick, of 10 ms */
#define PLL_SHIFT 2                  /* a second of it is at most so much of the offset */
#define LEAST_RAW_NS 50000000
#define STEP_PPB 1000000000 /* that is no slewing */

static uint32_t magnitude(int64_t ppb)
{
    int64_t size = ppb < 0 ? -ppb : ppb;

    return size < STEP_PPB ? (uint32_t)size : STEP_PPB;
}

static void widen(struct slew *slew, int64_t now_ns, int64_t for_ns, uint32_t ppb,
                  uint32_t tolerance_ppb, const char *what)
{
    bool wide = now_ns < slew->wide_until_ns;
    uint32_t wanted = ppb > STEP_PPB / 2 ? STEP_PPB : 2 * ppb;

    wanted = wanted > tolerance_ppb ? wanted : tolerance_ppb;
    if (!wide || wanted > slew->wide_ppb) {
        slew->wide_ppb = wanted;
        event("widened: %s by %" PRIu32 " ppb, more than --max-slew-ppm", what, ppb);
    }
    if (now_ns + for_ns > slew->wide_until_ns)
        slew->wide_until_ns = now_ns + for_ns;
}

/* What the kernel has been told to do to its clock since the sample before, and is to do yet. */
static uint32_t planned_ppb(const struct host_kernel *before, const struct host_kernel *after)
{
    return magnitude(after->frequency_ppb - before->frequency_ppb +
                     (after->tick_us - before->tick_us) * TICK_PPB) +
           magnitude(after->offset_ns >> PLL_SHIFT);
}

/* How fast the clock ran away from the line, beyond what the widths of the samples can be. */
static uint32_t contradicted_ppb(const struct host_rate *rate, const struct host_sample *last,
                                 const struct host_sample *sample)
{
    uint64_t ticks = host_sample_middle(sample) - host_sample_middle(last);
    uint64_t width = (sample->after_ticks - sample->before_ticks) / 2 +
                     (last->after_ticks - last->before_ticks) / 2 + 2;
    int64_t elapsed_ns = sample->monotonic_ns - last->monotonic_ns, ahead_ns, width_ns;

    if (ticks >> 62 || elapsed_ns <= 0)
        return 0;
    ahead_ns = sample->realtime_ns - last->realtime_ns - (int64_t)host_ns_floor(rate, ticks);
    width_ns =
        (int64_t)host_ns_ceil(rate, width) + 1 + elapsed_ns / 1000000 * rate->error_ppb / 1000 + 1;
    ahead_ns = ahead_ns < 0 ? -ahead_ns : ahead_ns;
    if (ahead_ns <= width_ns || ahead_ns - width_ns > NS_PER_SEC)
        return 0; /* a step is none: that is another event */
    return magnitude((ahead_ns - width_ns) * PPB / elapsed_ns);
}

void slew_sample(struct slew *slew, const struct host_rate *rate, const struct host_sample *last,
                 const struct host_sample *sample, const struct host_kernel *kernel)
{
    uint32_t ppb;

    if (slew->limit_ppb && slew->begun) {
        ppb = planned_ppb(&slew->kernel, kernel);
        if (ppb > slew->limit_ppb)
            widen(slew, sample->monotonic_ns, ADJUSTED_NS, ppb, kernel->tolerance_ppb,
                  "the host's clock is being adjusted");
        ppb = contradicted_ppb(rate, last, sample);
        if (ppb > slew->limit_ppb)
            widen(slew, sample->monotonic_ns, WIDE_NS, ppb, kernel->tolerance_ppb,
                  "the host's clock changed its rate");
    }
    slew->kernel = *kernel;
    slew->begun = true;
}

static uint32_t between_ppb(const struct host_raw *older, const struct host_raw *newer)
{
    int64_t raw_ns = newer->raw_ns - older->raw_ns;

    if (raw_ns <= 0)
        return 0;
    return magnitude((newer->monotonic_ns - older->monotonic_ns - raw_ns) * PPB / raw_ns) +
           (uint32_t)((newer->width_ns + older->width_ns) * PPB / raw_ns);
}

void slew_raw(struct slew *slew, const struct host_raw *raw)
{
    uint32_t ppb = 0;

    if (!slew->oscillator_ppb)
        return;
    if (!slew->base.raw_ns)
        slew->base = slew->next_base = slew->last = *raw;
    if (raw->raw_ns - slew->next_base.raw_ns >= NS_PER_SEC) {
        slew->base = slew->next_base;
        slew->next_base = *raw;
    }
    if (raw->raw_ns - slew->base.raw_ns >= LEAST_RAW_NS) {
        ppb = between_ppb(&slew->base, raw);
        slew->have_slewed = true;
    }
    if (raw->raw_ns - slew->last.raw_ns >= LEAST_RAW_NS) {
        uint32_t lately_ppb = between_ppb(&slew->last, raw);

        slew->last = *raw;
        ppb = lately_ppb > ppb ? lately_ppb : ppb;
    }
    if (ppb)
        slew->slewed_ppb = ppb;
}

uint32_t slew_host_ppb(const struct slew *slew, const struct host_kernel *kernel, int64_t now_ns)
{
    if (!slew->limit_ppb)
        return kernel->tolerance_ppb;
    if (now_ns < slew->wide_until_ns)
        return slew->wide_ppb > slew->limit_ppb ? slew->wide_ppb : slew->limit_ppb;
    return slew->limit_ppb;
}

uint32_t slew_utc_ppb(const struct slew *slew, const struct host_kernel *kernel,
                      uint32_t oscillator_ppb)
{
    uint32_t own_ppb = magnitude(kernel->frequency_ppb);

    /* Where nothing disciplines the kernel's clock nobody has measured how far its counter is off. */
    if (!oscillator_ppb || !slew->have_slewed || kernel->status & STA_UNSYNC)
        return kernel->tolerance_ppb;
    /* A counter that the kernel has found to be farther off is not believed to be better. */
    return (own_ppb > oscillator_ppb ? own_ppb : oscillator_ppb) + slew->slewed_ppb;
}
