/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include "boot/linux/event.h"
#include "boot/linux/guest.h"

#define SETTLE_MS 100 /* after somebody else's RESUME */
#define JUMP_MS 4     /* the first try whether the counter has jumped */
#define JUMP_MAX_MS 1000

/*
 * Of a guest that was stopped: whether its counter is as great as it can ever have been, or has
 * advanced by more than the host's meanwhile.
 */
static bool has_jumped(const struct guest *guest, const struct machine_counter *counter)
{
    const struct guest_jump *jump = &guest->jump;
    uint64_t elapsed = host_ticks(guest_counter(guest)) - jump->since_ticks;

    return counter->ticks >= jump->below_ticks ||
           (jump->since_ticks && counter->ticks - jump->from_ticks > elapsed);
}

int guest_suspend(struct guest *guest)
{
    struct machine_counter *counter = &guest->stands_at;
    enum guest_state before = guest->state;

    /* Before: should this process die in between, whoever resumes the guest finds no good page. */
    if (guest->target.shown.clock_status != VMCLOCK_CLOCK_STATUS_INITIALIZING)
        target_unreliable(&guest->target);
    guest->state = GUEST_WAITING; /* the STOP to come is ours */
    if (machine_stop(&guest->machine) < 0) {
        if (!guest->machine.stopped)
            guest->state = before;
        return -1;
    }
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
    guest->jump.since_ticks = host_ticks(guest_counter(guest));
    if (machine_continue(&guest->machine) < 0)
        return -1;
    guest->settled_ms = wait_now_ms() + guest->settle_ms;
    guest->state = GUEST_SETTLING;
    return 0;
}

/* Somebody else let it go on: it is related when that has been a while. */
static int await_calm(struct guest *guest)
{
    event("unreliable: the guest was resumed, its counter's zero is not known yet");
    guest->machine.stopped = guest->machine.resumed = false;
    guest->state = GUEST_SETTLING;
    guest->settled_ms = wait_now_ms() + SETTLE_MS;
    return 0;
}

/* Starts it until the moment of that is known well enough: it runs a few ms in each try. */
static int start(struct guest *guest)
{
    const struct host_rate *rate = &guest_line(guest)->rate;
    int64_t began_ms = wait_now_ms();
    unsigned tries = 1;
    int error;

    while (!(error = machine_start(&guest->machine, &guest->stands_at, rate, &guest->relation))) {
        const struct counter_relation *zero = &guest->relation;

        /* A counter that QEMU does not tell was 0, once. */
        if (!guest->stands_at.exact ||
            machine_good_enough(zero, rate, (wait_now_ms() - began_ms) * 1000000)) {
            event("started bracket_ns=%" PRIu64 " tries=%u exact=%s",
                  host_ns_ceil(rate, zero->zero_latest_ticks - zero->zero_earliest_ticks), tries,
                  guest->stands_at.exact ? "yes" : "no");
            error = guest_go_live(guest);
            break;
        }
        if (guest_suspend(guest) < 0)
            return -1;
        if (!guest->stands_at.exact)
            return failure("state", "this QEMU no longer tells the guest's counter");
        tries++;
    }
    return error > 0 ? await_calm(guest) : error;
}

int guest_resume(struct guest *guest, bool has_run)
{
    if (guest->acts_alone)
        return machine_continue(&guest->machine);
    guest->machine.stopped = false; /* that is known */
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

/* What its counter can have been at most, as it ran until now. */
static void note_greatest(struct guest *guest)
{
    guest->jump.below_ticks =
        (host_ticks(guest_counter(guest)) - guest->relation.zero_earliest_ticks) /
        guest->relation.host_ticks_a_tick;
}

/* At once, whatever is going on with the guest: somebody else stopped it. */
static void on_stop(void *context)
{
    struct guest *guest = context;

    if (guest->state != GUEST_LIVE)
        return;
    note_greatest(guest);
    guest->state = GUEST_WAITING;
    guest->page_lost = target_disrupt(&guest->target) < 0;
    event("unreliable: the guest was stopped, its counter's zero is lost");
}

/* A machine that is there, in whatever state it is. */
static int begin_machine(struct guest *guest)
{
    enum machine_state state;
    int error;

    guest->machine.on_stop = on_stop;
    guest->machine.stop_context = guest;
    guest->unhurried = true;
    error = machine_open(guest->own, &guest->machine);
    guest->unhurried = false;
    if (error < 0)
        return -1;
    if (!guest->acts_alone && clocks_use(guest->clocks, guest_counter(guest)) < 0)
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

static int begin_host(struct guest *guest)
{
    if (clocks_use(guest->clocks, HOST_COUNTER_CPU) < 0 || guest_open_page(guest) < 0)
        return -1;
    return guest_go_live(guest);
}

void guest_begin(struct guest *guest)
{
    const char *other = event_guest(guest->label);
    int error;

    guest->has_machine = guest->own->qmp != NULL;
    guest->relation = (struct counter_relation){.host_ticks_a_tick = 1};
    guest->busy = true;
    error = guest->has_machine ? begin_machine(guest) : begin_host(guest);
    guest->busy = false;
    if (error < 0)
        guest_give_up(guest);
    event_guest(other);
    guest_catch_up(guest);
}

/* QEMU said that somebody else stopped the guest, or let it go on, or both. */
static int react(struct guest *guest)
{
    bool resumed = guest->machine.resumed;

    guest->machine.stopped = guest->machine.resumed = false;
    if (guest->page_lost)
        return -1;
    if (!resumed)
        return 0;
    if (guest->state == GUEST_LIVE)
        note_greatest(guest);
    /* QEMU may have filled the page anew meanwhile, from a snapshot. */
    if (guest->target.open && target_retake(&guest->target) < 0)
        return -1;
    return await_calm(guest);
}

bool guest_has_unheard(const struct guest *guest)
{
    return guest->has_machine && guest->state != GUEST_GONE && qmp_has_message(&guest->machine.qmp);
}

void guest_catch_up(struct guest *guest)
{
    const char *other = event_guest(guest->label);

    if (guest->state != GUEST_GONE && (guest->machine.stopped || guest->machine.resumed) &&
        react(guest) < 0)
        guest_give_up(guest);
    event_guest(other);
}

void guest_listen(struct guest *guest)
{
    const char *other;

    if (guest->busy || guest->state == GUEST_GONE)
        return;
    other = event_guest(guest->label);
    if (qmp_drain(&guest->machine.qmp) < 0) {
        event("qemu is gone");
        guest_end(guest);
    }
    event_guest(other);
    guest_catch_up(guest);
}

void guest_refresh(struct guest *guest)
{
    const char *other;

    if (guest->has_machine)
        guest_listen(guest);
    if (guest->state != GUEST_LIVE || guest->busy)
        return;
    if (guest->has_machine && qmp_is_halfway(&guest->machine.qmp)) /* it may become a STOP */
        return;
    other = event_guest(guest->label);
    if (guest_update(guest) < 0)
        guest_give_up(guest);
    event_guest(other);
}

static int relate(struct guest *guest)
{
    enum machine_state state;

    guest->state = GUEST_WAITING;
    if (machine_state(&guest->machine, &state) < 0)
        return -1;
    if (state != MACHINE_INCOMING && !guest->target.open && guest_open_page(guest) < 0)
        return -1;
    if (state != MACHINE_RUNNING) {
        event("waiting: the guest is '%s'", guest->machine.state_name);
        return 0;
    }
    return guest_suspend(guest) < 0 ? -1 : guest_resume(guest, true);
}

void guest_settle(struct guest *guest)
{
    const char *other;

    if (guest->busy || guest->state != GUEST_SETTLING || wait_now_ms() < guest->settled_ms)
        return;
    other = event_guest(guest->label);
    guest->busy = true;
    if (relate(guest) < 0)
        guest_give_up(guest);
    guest->busy = false;
    event_guest(other);
    guest_catch_up(guest);
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

void guest_give_up(struct guest *guest)
{
    guest->failed = true;
    guest_end(guest);
}
