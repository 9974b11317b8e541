/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/kvm/trace.h"
#include "boot/linux/publish/counters.h"

#define DOUBTS \
    2 /* it is told just before the new counter is shown: the first look may be too early */

static bool has_kvm(const struct publication *p)
{
    for (size_t i = 0; i < p->options.guest_count; i++)
        if (p->options.guests[i].kvm)
            return true;
    return p->options.all_kvm;
}

void counters_open(struct publication *p)
{
    const char *why;

    if (p->options.debugfs || !has_kvm(p))
        return;
    p->trace = kvm_trace_open(&why);
    if (!p->trace)
        event(
            "the kernel does not tell when counters are set (%s): they are looked at now and then",
            why);
}

int64_t counters_left_ms(const struct publication *p, int64_t now_ms)
{
    return p->counters_next_ms > now_ms ? p->counters_next_ms - now_ms : 0;
}

static void set(void *context, pid_t pid)
{
    struct publication *p = context;

    for (size_t i = 0; i < p->guest_count; i++) {
        struct guest *guest = p->guests[i];

        if (guest->own->kvm && (!pid || guest->own->kvm == pid))
            guest->counter_doubts = DOUBTS;
    }
}

void counters_hear(struct publication *p)
{
    bool sampled = false;

    p->counters_next_ms = wait_now_ms() + COUNTERS_PAUSE_MS;
    kvm_trace_hear(p->trace, set, p);
    for (size_t i = 0; i < p->guest_count && !p->clocks.sampling; i++) {
        struct guest *guest = p->guests[i];

        if (guest->counter_doubts < DOUBTS || guest->state != GUEST_LIVE)
            continue;
        if (!sampled && clocks_sample(&p->clocks) < 0)
            return;
        sampled = true;
        guest_refresh(guest);
    }
}
