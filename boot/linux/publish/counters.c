/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/kvm/trace.h"
#include "boot/linux/publish/counters.h"

/*
 * It is told just before the new counter is shown, by a thread that may be put off right there: looks that follow. The
 * last is before the next update, all others as soon as it may be listened again.
 */
#define DOUBTS 3
#define DOUBTS_OF_ANY 2
#define ANY_MS 1000 /* to look at all guests takes a while */
#define RENEWAL_MS 60000

void counters_open(struct publication *p)
{
    const char *why;

    if (p->options.debugfs || p->trace)
        return;
    p->trace = kvm_trace_open(&why);
    if (!p->trace && !p->counters_untold)
        event(
            "the kernel does not tell when counters are set (%s): they are looked at now and then",
            why);
    p->counters_untold = !p->trace;
    p->counters_renewal_ms = wait_now_ms() + RENEWAL_MS;
}

int64_t counters_left_ms(const struct publication *p, int64_t now_ms)
{
    return p->counters_next_ms > now_ms ? p->counters_next_ms - now_ms : 0;
}

int counters_fd(const struct publication *p, int64_t now_ms)
{
    return p->trace && !counters_left_ms(p, now_ms) ? kvm_trace_fd(p->trace) : -1;
}

static void set(void *context, pid_t pid)
{
    struct publication *p = context;

    p->counters_any = p->counters_any || !pid;
    for (size_t i = 0; i < p->guest_count && pid; i++) {
        struct guest *guest = p->guests[i];

        if (guest->own->kvm != pid)
            continue;
        guest->counter_doubts = DOUBTS;
        guest->counter_told = true;
    }
}

/* It was told of too many at once, or of a process that cannot be seen: it may have been any. */
static void doubt_all(struct publication *p, int64_t now_ms)
{
    if (!p->counters_any || now_ms < p->counters_any_ms)
        return;
    p->counters_any = false;
    p->counters_any_ms = now_ms + ANY_MS;
    for (size_t i = 0; i < p->guest_count; i++)
        if (p->guests[i]->own->kvm && p->guests[i]->counter_doubts < DOUBTS_OF_ANY)
            p->guests[i]->counter_doubts = DOUBTS_OF_ANY;
}

void counters_renew(struct publication *p)
{
    struct kvm_trace *renewed;
    const char *why;

    if (!p->trace || wait_now_ms() < p->counters_renewal_ms)
        return;
    p->counters_renewal_ms = wait_now_ms() + RENEWAL_MS;
    renewed = kvm_trace_open(&why);
    if (!renewed)
        return;
    kvm_trace_hear(p->trace, set, p);
    kvm_trace_close(p->trace);
    p->trace = renewed;
}

/* Whether it is looked at before the next update. */
static bool is_urgent(const struct guest *guest)
{
    return guest->counter_doubts > 1 && guest->state == GUEST_LIVE;
}

static bool has_urgent(const struct publication *p)
{
    for (size_t i = 0; i < p->guest_count; i++)
        if (is_urgent(p->guests[i]))
            return true;
    return false;
}

static void look(struct publication *p)
{
    if (p->clocks.sampling || !has_urgent(p) || clocks_sample(&p->clocks) < 0)
        return;
    for (size_t i = 0; i < p->guest_count; i++)
        if (is_urgent(p->guests[i]))
            guest_refresh(p->guests[i]);
}

void counters_hear(struct publication *p, bool told)
{
    int64_t began_ms = wait_now_ms();

    if (!p->trace || (!told && !p->counters_again) || counters_left_ms(p, began_ms))
        return;
    if (told)
        kvm_trace_hear(p->trace, set, p);
    doubt_all(p, began_ms);
    look(p);
    p->counters_again = p->counters_any || has_urgent(p);
    /* Whoever has many vCPUs, all set again and again, gets half of our time at most. */
    p->counters_next_ms = 2 * wait_now_ms() - began_ms + COUNTERS_PAUSE_MS;
}
