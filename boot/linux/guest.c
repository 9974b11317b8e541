/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include "arch/arch.h"
#include "boot/linux/event.h"
#include "boot/linux/guest.h"
#include "boot/linux/line.h"

#define SETTLE_MS 100 /* after somebody else's RESUME */
#define JUMP_MS 4     /* the first try whether the counter has jumped */
#define JUMP_MAX_MS 1000
#define NS_PER_SEC 1000000000

int64_t guest_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum host_counter counter_of(const struct guest *guest)
{
    return guest->has_machine ? guest->machine.qmp.counter : HOST_COUNTER_CPU;
}

static struct clock_line *line_of(const struct guest *guest)
{
    return &guest->clocks->lines[counter_of(guest)];
}

/* enum vmclock_counter_id of whoever reads the page. */
static uint8_t counter_id(const struct guest *guest)
{
    if (!guest->has_machine)
        return VMCLOCK_ARCH_COUNTER_ID;
    return guest->machine.arch == GUEST_ARCH_AARCH64 ? VMCLOCK_COUNTER_ID_ARM_VCNT
                                                     : VMCLOCK_COUNTER_ID_X86_TSC;
}

static const char *arch_name(const struct guest *guest)
{
    if (!guest->has_machine)
        return "host";
    return guest->machine.arch == GUEST_ARCH_AARCH64 ? "aarch64" : "x86_64";
}

static void print_ready(struct guest *guest)
{
    const struct counter_relation *relation = &guest->relation;
    const struct host_rate *rate = &line_of(guest)->rate;
    uint64_t width = relation->zero_latest_ticks - relation->zero_earliest_ticks;
    uint64_t counter_hz = host_ticks_floor(rate, NS_PER_SEC) / relation->host_ticks_a_tick;

    printf("ready bound_ns=%" PRIu64 " offset_ticks=%" PRIu64 " offset_error_ns=%" PRIu64
           " counter_hz=%" PRIu64 " arch=%s name=%s\n",
           guest->bound_ns, relation->zero_earliest_ticks + width / 2,
           host_ns_ceil(rate, width - width / 2), counter_hz, arch_name(guest), guest->own->name);
    fflush(stdout);
    guest->said_ready = true;
}

/* One update from the newest sample. Returns 0, or -1 having said why. */
static int publish(struct guest *guest)
{
    const struct clock_line *line = line_of(guest);
    uint8_t status = guest->target.shown.clock_status;
    struct vmclock_snapshot snapshot;
    struct line_inputs inputs = {
        .options = guest->options,
        .relation = &guest->relation,
        .sample = &line->last,
        .kernel = &guest->clocks->kernel,
        .rate = &line->rate,
        .leaps = &guest->clocks->knowledge,
        .counter_id = counter_id(guest),
    };

    if (line->breaks != guest->breaks && target_disrupt(&guest->target) < 0)
        return -1;
    guest->breaks = line->breaks;
    inputs.disruption_marker = guest->target.shown.disruption_marker;
    line_compose(&inputs, &snapshot);
    if (target_publish(&guest->target, &snapshot) < 0)
        return -1;
    if (guest->state == GUEST_LIVE && snapshot.clock_status != status)
        event("status %u", snapshot.clock_status);
    guest->bound_ns = snapshot.maxerror_ns;
    return 0;
}

/* The first update of a new relation. Returns 0, or -1 having said why. */
static int go_live(struct guest *guest)
{
    if (clocks_sample(guest->clocks) < 0)
        return -1;
    guest->breaks = line_of(guest)->breaks;
    if (publish(guest) < 0)
        return -1;
    guest->state = GUEST_LIVE;
    if (!guest->said_ready)
        print_ready(guest);
    return 0;
}

static void give_up(struct guest *guest)
{
    guest->failed = true;
    guest_end(guest);
}

void guest_refresh(struct guest *guest)
{
    if (guest->state != GUEST_LIVE || guest->busy)
        return;
    event_guest(guest->label);
    if (publish(guest) < 0)
        give_up(guest);
    event_guest(NULL);
}

int guest_open_page(struct guest *guest)
{
    if (target_open(guest->options, guest->own, &guest->machine.qmp, counter_id(guest),
                    &guest->target) < 0)
        return -1;
    return guest->has_machine ? target_disrupt(&guest->target) : 0;
}

/*
 * Of a guest that was stopped: whether its counter is as great as it can ever have been, or has
 * advanced by more than the host's meanwhile.
 */
static bool has_jumped(const struct guest *guest, const struct machine_counter *counter)
{
    const struct guest_jump *jump = &guest->jump;
    uint64_t elapsed = host_ticks(counter_of(guest)) - jump->since_ticks;

    return counter->ticks >= jump->below_ticks ||
           (jump->since_ticks && counter->ticks - jump->from_ticks > elapsed);
}

int guest_suspend(struct guest *guest)
{
    struct machine_counter *counter = &guest->stands_at;

    /* Before: should this process die in between, whoever resumes the guest finds no good page. */
    if (guest->target.shown.clock_status != VMCLOCK_CLOCK_STATUS_INITIALIZING)
        target_unreliable(&guest->target);
    if (machine_stop(&guest->machine) < 0)
        return -1;
    guest->state = GUEST_WAITING;
    if (target_disrupt(&guest->target) < 0)
        return -1;
    if (guest->acts_alone)
        return 0;
    if (machine_counter(&guest->machine, counter) < 0)
        return -1;
    if (has_jumped(guest, counter))
        guest->jump.below_ticks = counter->ticks;
    return 0;
}

/* Lets it run without a clock for a while; it may read its counter. */
static int await_jump(struct guest *guest)
{
    if (!guest->settle_ms)
        event("settling: the guest's counter jumps when the guest reads it next");
    guest->settle_ms = guest->settle_ms ? guest->settle_ms * 2 : JUMP_MS;
    if (guest->settle_ms > JUMP_MAX_MS)
        guest->settle_ms = JUMP_MAX_MS;
    guest->jump.from_ticks = guest->stands_at.ticks;
    guest->jump.since_ticks = host_ticks(counter_of(guest));
    if (machine_continue(&guest->machine) < 0)
        return -1;
    guest->settled_ms = guest_now_ms() + guest->settle_ms;
    guest->state = GUEST_SETTLING;
    return 0;
}

/* Starts it until the moment of that is known well enough: it runs a few ms in each try. */
static int start(struct guest *guest)
{
    const struct host_rate *rate = &line_of(guest)->rate;
    int64_t began_ms = guest_now_ms();
    unsigned tries = 1;

    while (machine_start(&guest->machine, &guest->stands_at, rate, &guest->relation) == 0) {
        const struct counter_relation *zero = &guest->relation;

        /* A counter that QEMU does not tell was 0, once. */
        if (!guest->stands_at.exact ||
            machine_good_enough(zero, rate, (guest_now_ms() - began_ms) * 1000000)) {
            event("started bracket_ns=%" PRIu64 " tries=%u exact=%s",
                  host_ns_ceil(rate, zero->zero_latest_ticks - zero->zero_earliest_ticks), tries,
                  guest->stands_at.exact ? "yes" : "no");
            return go_live(guest);
        }
        if (guest_suspend(guest) < 0)
            return -1;
        if (!guest->stands_at.exact)
            return failure("state", "this QEMU no longer tells the guest's counter");
        tries++;
    }
    return -1;
}

int guest_resume(struct guest *guest, bool has_run)
{
    if (guest->acts_alone)
        return machine_continue(&guest->machine);
    if (machine_counter(&guest->machine, &guest->stands_at) < 0)
        return -1;
    if (has_run && !guest->stands_at.exact) {
        (void)machine_continue(&guest->machine); /* without a clock, but it goes on */
        return failure("state", "this QEMU does not tell the counter of a guest that has run");
    }
    if (guest->machine.arch == GUEST_ARCH_X86_64 &&
        guest->stands_at.ticks < guest->jump.below_ticks)
        return await_jump(guest);
    guest->settle_ms = 0;
    guest->jump.since_ticks = 0;
    return start(guest);
}

/* A machine that is there, in whatever state it is. */
static int begin_machine(struct guest *guest)
{
    enum machine_state state;

    if (machine_open(guest->own, &guest->machine) < 0)
        return -1;
    if (!guest->acts_alone && clocks_use(guest->clocks, counter_of(guest)) < 0)
        return -1;
    if (machine_state(&guest->machine, &state) < 0)
        return -1;
    if (state != MACHINE_INCOMING && guest_open_page(guest) < 0)
        return -1;
    if (guest->acts_alone)
        return 0;
    if (state == MACHINE_PRELAUNCH)
        return guest_resume(guest, false);
    if (state == MACHINE_RUNNING)
        return guest_suspend(guest) < 0 ? -1 : guest_resume(guest, true);
    event("waiting: the guest is '%s'", guest->machine.state_name);
    return 0;
}

int guest_begin(struct guest *guest)
{
    guest->has_machine = guest->own->qmp != NULL;
    guest->relation = (struct counter_relation){.host_ticks_a_tick = 1};
    if (guest->has_machine)
        return begin_machine(guest);
    if (clocks_use(guest->clocks, HOST_COUNTER_CPU) < 0 || guest_open_page(guest) < 0)
        return -1;
    return go_live(guest);
}

/* QEMU said that somebody else stopped the guest, or let it go on, or both. */
static int react(struct guest *guest)
{
    bool stopped = guest->machine.stopped, resumed = guest->machine.resumed;

    guest->machine.stopped = guest->machine.resumed = false;
    if (guest->state == GUEST_LIVE) /* it cannot have read more */
        guest->jump.below_ticks =
            (host_ticks(counter_of(guest)) - guest->relation.zero_earliest_ticks) /
            guest->relation.host_ticks_a_tick;
    if (stopped && guest->state == GUEST_LIVE && !resumed) {
        guest->state = GUEST_WAITING;
        if (target_disrupt(&guest->target) < 0)
            return -1;
        event("unreliable: the guest was stopped, its counter's zero is lost");
    }
    if (!resumed)
        return 0;
    /* QEMU may have filled the page anew meanwhile, from a snapshot. */
    if (guest->target.open ? target_retake(&guest->target) < 0 : guest_open_page(guest) < 0)
        return -1;
    event("unreliable: the guest was resumed, its counter's zero is not known yet");
    guest->state = GUEST_SETTLING;
    guest->settled_ms = guest_now_ms() + SETTLE_MS;
    return 0;
}

bool guest_has_unheard(const struct guest *guest)
{
    return guest->has_machine && guest->state != GUEST_GONE && qmp_has_message(&guest->machine.qmp);
}

void guest_listen(struct guest *guest)
{
    event_guest(guest->label);
    if (qmp_drain(&guest->machine.qmp) < 0) {
        event("qemu is gone");
        guest_end(guest);
    } else if ((guest->machine.stopped || guest->machine.resumed) && react(guest) < 0) {
        give_up(guest);
    }
    event_guest(NULL);
}

static int relate(struct guest *guest)
{
    enum machine_state state;

    guest->state = GUEST_WAITING;
    if (machine_state(&guest->machine, &state) < 0)
        return -1;
    if (state != MACHINE_RUNNING) {
        event("waiting: the guest is '%s'", guest->machine.state_name);
        return 0;
    }
    return guest_suspend(guest) < 0 ? -1 : guest_resume(guest, true);
}

void guest_settle(struct guest *guest)
{
    if (guest->state != GUEST_SETTLING || guest_now_ms() < guest->settled_ms)
        return;
    event_guest(guest->label);
    guest->busy = true;
    if (relate(guest) < 0)
        give_up(guest);
    guest->busy = false;
    event_guest(NULL);
}

void guest_end(struct guest *guest)
{
    if (guest->target.open) {
        target_unreliable(&guest->target);
        event("unreliable: the publisher ends");
        target_close(&guest->target);
    }
    if (guest->has_machine)
        qmp_close(&guest->machine.qmp);
    guest->state = GUEST_GONE;
}
