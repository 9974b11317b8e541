/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/common/event.h"
#include "boot/linux/publish/guest.h"
#include "boot/linux/publish/kvmguest.h"

#define SETTLE_MS 100 /* after somebody else's RESUME */

int guest_suspend(struct guest *guest)
{
    enum guest_state before = guest->state;

    /* Before: should this process die in between, whoever resumes the guest finds no good page. */
    if (guest->target.shown.clock_status != VMCLOCK_CLOCK_STATUS_INITIALIZING)
        target_unreliable(&guest->target);
    guest->state = GUEST_WAITING; /* the STOP to come is ours */
    guest->held = true;
    if (machine_stop(&guest->machine) < 0) {
        if (!guest->machine.stopped)
            guest->state = before;
        return -1;
    }
    if (target_disrupt(&guest->target) < 0)
        return -1;
    if (guest->acts_alone)
        return 0;
    return relation_stopped(&guest->relation);
}

/* Somebody else let it go on: it is related when that has been a while. */
static int await_calm(struct guest *guest)
{
    event("unreliable: the guest was resumed, its counter's zero is not known yet");
    guest->machine.stopped = guest->machine.resumed = guest->held = false;
    guest->state = GUEST_SETTLING;
    guest->settled_ms = wait_now_ms() + SETTLE_MS;
    return 0;
}

/* With a relation that is known; what its QEMU says meanwhile may end it. */
static int go_live(struct guest *guest)
{
    int error = guest_go_live(guest);

    return error > 0 ? await_calm(guest) : error;
}

/* It runs without a clock meanwhile. */
static int await_relation(struct guest *guest)
{
    guest->settled_ms = wait_now_ms() + guest->relation.wait_ms;
    guest->state = GUEST_SETTLING;
    return 0;
}

/* Until it is related or is known to take longer. */
static int resume(struct guest *guest, bool has_run)
{
    /* Somebody may have restored a page that looks good, behind a guest that stands still. */
    if (target_look(&guest->target) < 0)
        return -1;
    if (guest->acts_alone)
        return machine_continue(&guest->machine);
    guest->machine.stopped = false; /* that is known */
    for (unsigned attempt = 0;; attempt++) {
        switch (relation_resume(&guest->relation, &guest_line(guest)->rate, attempt, has_run)) {
        case RELATION_KNOWN:
            return go_live(guest);
        case RELATION_LATER:
            return await_relation(guest);
        case RELATION_OTHERS:
            return await_calm(guest);
        case RELATION_AGAIN:
            if (guest_suspend(guest) < 0)
                return -1;
            break;
        default:
            return -1;
        }
    }
}

int guest_resume(struct guest *guest, bool has_run)
{
    int error;

    guest->held = true;
    error = resume(guest, has_run);
    guest->held = false;
    return error;
}

/* A guest that runs. */
static int relate(struct guest *guest)
{
    if (!relation_needs_stop(&guest->relation))
        return go_live(guest);
    return guest_suspend(guest) < 0 ? -1 : guest_resume(guest, true);
}

/* At once, whatever is going on with the guest: somebody else stopped it. */
static void on_stop(void *context)
{
    struct guest *guest = context;

    if (guest->state != GUEST_LIVE)
        return;
    relation_ceased(&guest->relation);
    guest->state = GUEST_WAITING;
    guest->page_lost = target_disrupt(&guest->target) < 0;
    event("unreliable: the guest was stopped, its counter's zero is lost");
}

/* Whom the page is for, and how his counter is related. */
static int open_guest(struct guest *guest)
{
    struct machine *machine = guest->has_machine ? &guest->machine : NULL;
    int error = 0;

    guest->machine.on_stop = on_stop;
    guest->machine.stop_context = guest;
    guest->unhurried = true;
    if (machine)
        error = machine_open(guest->own->qmp, machine);
    if (!error)
        error = relation_open(&guest->relation, machine, guest->own->arch);
    guest->unhurried = false;
    return error;
}

/* In whatever state it is. */
static int begin(struct guest *guest)
{
    enum machine_state state = MACHINE_RUNNING;

    if (guest->own->kvm && kvm_begin(guest) < 0)
        return -1;
    if (guest->own->found) {
        guest_await(guest);
        return 0;
    }
    if (guest->own->kvm)
        return kvm_try(guest);
    if (open_guest(guest) < 0)
        return -1;
    if (!guest->acts_alone && clocks_use(guest->clocks, guest->relation.counter) < 0)
        return -1;
    if (guest->has_machine && machine_state(&guest->machine, &state) < 0)
        return -1;
    if (state != MACHINE_INCOMING && guest_open_page(guest) < 0)
        return -1;
    if (guest->acts_alone)
        return 0;
    if (state == MACHINE_PRELAUNCH)
        return guest_resume(guest, false);
    if (state == MACHINE_RUNNING)
        return relate(guest);
    event("waiting: the guest is '%s'", guest->machine.state_name);
    return 0;
}

void guest_begin(struct guest *guest)
{
    const char *other = event_guest(guest->label);
    int error;

    guest->begun = true;
    guest->has_machine = guest->own->qmp != NULL;
    guest->pidfd = -1;
    guest->busy = true;
    event_quiet(guest->own->found);
    error = begin(guest);
    event_quiet(false);
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
        relation_ceased(&guest->relation);
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

static bool has_ended(const struct guest *guest)
{
    return guest->pidfd >= 0 && !peer_lives(guest->pidfd);
}

/* An update failed, quietly: it may be that its process has ended, which is no failure. */
static void fail_kvm(struct guest *guest)
{
    if (has_ended(guest)) {
        guest_process_ended(guest);
        return;
    }
    if (!guest->own->found && !guest->said_ready)
        repeat_failure();
    guest_give_up(guest);
}

void guest_process_ended(struct guest *guest)
{
    const char *other;

    if (guest->busy || guest->state == GUEST_GONE || !has_ended(guest))
        return;
    other = event_guest(guest->label);
    event("the guest is gone");
    guest->target.lost = true; /* the memory is nobody's */
    guest_end(guest);
    event_guest(other);
}

void guest_refresh(struct guest *guest)
{
    const char *other;
    int error;

    if (guest->has_machine)
        guest_listen(guest);
    if (guest->state != GUEST_LIVE || guest->busy)
        return;
    if (guest->has_machine && qmp_is_halfway(&guest->machine.qmp)) /* it may become a STOP */
        return;
    other = event_guest(guest->label);
    event_quiet(guest->own->kvm != 0);
    error = guest_update(guest);
    event_quiet(false);
    if (error < 0 && guest->own->kvm)
        fail_kvm(guest);
    else if (error < 0)
        guest_give_up(guest);
    event_guest(other);
}

static int settle(struct guest *guest)
{
    enum machine_state state;

    if (guest->own->kvm)
        return kvm_try(guest);
    guest->state = GUEST_WAITING;
    if (machine_state(&guest->machine, &state) < 0)
        return -1;
    if (state != MACHINE_INCOMING && !guest->target.open && guest_open_page(guest) < 0)
        return -1;
    if (state != MACHINE_RUNNING) {
        event("waiting: the guest is '%s'", guest->machine.state_name);
        return 0;
    }
    return relate(guest);
}

void guest_settle(struct guest *guest)
{
    const char *other;
    int error;

    if (guest->busy || guest->state != GUEST_SETTLING || wait_now_ms() < guest->settled_ms)
        return;
    other = event_guest(guest->label);
    guest->busy = true;
    event_quiet(guest->own->kvm != 0);
    error = settle(guest);
    event_quiet(false);
    guest->busy = false;
    if (error < 0 && guest->own->kvm)
        fail_kvm(guest);
    else if (error < 0)
        guest_give_up(guest);
    event_guest(other);
    guest_catch_up(guest);
}

/* Its page is nobody's from now on. */
static void let_go(struct guest *guest)
{
    if (guest->target.open) {
        target_leave(&guest->target);
        target_close(&guest->target);
    }
    relation_close(&guest->relation);
}

void guest_end(struct guest *guest)
{
    bool marked = guest->target.open && !guest->target.lost;

    let_go(guest);
    if (marked)
        event("unreliable: the publisher ends");
    if (guest->has_machine)
        qmp_close(&guest->machine.qmp);
    kvm_end(guest);
    guest->state = GUEST_GONE;
}

void guest_give_up(struct guest *guest)
{
    /* What a KVM guest lacks may come, or come again; what was named and never there is an error. */
    if ((guest->own->found || guest->said_ready) && guest->pidfd >= 0 && !has_ended(guest)) {
        let_go(guest);
        guest_retry(guest, last_failure());
        return;
    }
    guest->failed = !guest->own->found;
    guest_end(guest);
}
