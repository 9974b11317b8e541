/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <vmclock/abi.h>
#include "arch/arch.h"
#include "boot/linux/common/event.h"
#include "boot/linux/common/host.h"

#define NS_PER_SEC 1000000000
#define SAMPLE_TRIES 8

__extension__ typedef unsigned __int128 uint128;

static uint32_t counter_order;

static int64_t clock_ns(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * NS_PER_SEC + now.tv_nsec;
}

/* Whether the kernel keeps its own time by this CPU's counter, directly or as a guest. */
static bool kernel_trusts_counter(void)
{
    static const char *const names[] = {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page",
                                        "arch_sys_counter"};
    FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    char name[64] = "";
    bool trusted = false;

    if (!file)
        return false;
    if (fscanf(file, "%63s", name) == 1)
        for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            trusted = trusted || !strcmp(name, names[i]);
    fclose(file);
    return trusted;
}

int host_open(enum host_counter counter)
{
    if (counter == HOST_COUNTER_MONOTONIC)
        return 0;
    if (VMCLOCK_ARCH_COUNTER_ID == VMCLOCK_COUNTER_ID_INVALID)
        return failure("counter", "no counter is known for this CPU");
    if (!kernel_trusts_counter() && !vmclock_arch_counter_invariant())
        return failure("counter", "this CPU's counter is not invariant and the kernel does not "
                                  "keep time by it");
    counter_order = vmclock_arch_counter_order();
    return 0;
}

uint64_t host_ticks(enum host_counter counter)
{
    if (counter == HOST_COUNTER_MONOTONIC)
        return (uint64_t)clock_ns(CLOCK_MONOTONIC);
    return vmclock_arch_counter(counter_order);
}

static void sample_once(enum host_counter counter, struct host_sample *sample)
{
    sample->before_ticks = host_ticks(counter);
    sample->realtime_ns = clock_ns(CLOCK_REALTIME);
    sample->monotonic_ns = clock_ns(CLOCK_MONOTONIC);
    sample->after_ticks = host_ticks(counter);
}

void host_sample(enum host_counter counter, struct host_sample *sample)
{
    struct host_sample another;

    sample_once(counter, sample);
    for (int i = 1; i < SAMPLE_TRIES; i++) {
        sample_once(counter, &another);
        if (another.after_ticks - another.before_ticks < sample->after_ticks - sample->before_ticks)
            *sample = another;
    }
}

int host_kernel_read(struct host_kernel *kernel)
{
    struct timex timex = {.modes = 0};
    int state = adjtimex(&timex);

    if (state < 0)
        return failure("permission", "adjtimex: %s", strerror(errno));
    kernel->state = state;
    kernel->status = timex.status;
    kernel->tai_offset_sec = timex.tai;
    /* ppm with 16 binary places; the kernel adds as much to maxerror, once a second. */
    kernel->tolerance_ppb = (uint32_t)((uint64_t)timex.tolerance * 1000 >> 16);
    kernel->maxerror_ns = (uint64_t)timex.maxerror * 1000 + kernel->tolerance_ppb;
    kernel->esterror_ns = (uint64_t)timex.esterror * 1000;
    kernel->frequency_ppb = (int64_t)timex.freq * 1000 / 65536;
    kernel->tick_us = timex.tick;
    kernel->offset_ns = timex.status & STA_NANO ? timex.offset : (int64_t)timex.offset * 1000;
    return 0;
}

void host_raw_read(struct host_raw *raw)
{
    raw->width_ns = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        int64_t before_ns = clock_ns(CLOCK_MONOTONIC), raw_ns = clock_ns(CLOCK_MONOTONIC_RAW);
        int64_t width_ns = clock_ns(CLOCK_MONOTONIC) - before_ns;

        if (width_ns >= raw->width_ns)
            continue;
        *raw = (struct host_raw){before_ns + width_ns / 2, raw_ns, width_ns};
    }
}

void host_rate_between(const struct host_sample *older, const struct host_sample *newer,
                       struct host_rate *rate)
{
    uint64_t width_ticks =
        (newer->after_ticks - newer->before_ticks) + (older->after_ticks - older->before_ticks);

    rate->ticks = host_sample_middle(newer) - host_sample_middle(older);
    rate->ns = (uint64_t)(newer->monotonic_ns - older->monotonic_ns);
    /* Half of the widths, twice as much for good measure: the middles are rounded too. */
    rate->error_ppb = (uint32_t)((uint128)(width_ticks + 2) * NS_PER_SEC / rate->ticks);
}

uint64_t host_ns_floor(const struct host_rate *rate, uint64_t ticks)
{
    return (uint64_t)((uint128)ticks * rate->ns / rate->ticks);
}

uint64_t host_ns_ceil(const struct host_rate *rate, uint64_t ticks)
{
    return (uint64_t)(((uint128)ticks * rate->ns + rate->ticks - 1) / rate->ticks);
}

uint64_t host_ticks_floor(const struct host_rate *rate, uint64_t ns)
{
    return (uint64_t)((uint128)ns * rate->ticks / rate->ns);
}
