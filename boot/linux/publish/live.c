/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page of a guest whose counter's relation is known.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/guest.h"
#include "boot/linux/publish/line.h"

#define NS_PER_SEC 1000000000

struct clock_line *guest_line(const struct guest *guest)
{
    return &guest->clocks->lines[guest->relation.counter];
}

static void print_ready(struct guest *guest)
{
    const struct counter_relation *relation = &guest->relation.value;
    const struct host_rate *rate = &guest_line(guest)->rate;
    uint64_t width = relation->zero_latest_ticks - relation->zero_earliest_ticks;
    uint64_t counter_hz = host_ticks_floor(rate, NS_PER_SEC) / relation->host_ticks_a_tick;

    printf("ready bound_ns=%" PRIu64 " offset_ticks=%" PRIu64 " offset_error_ns=%" PRIu64
           " counter_hz=%" PRIu64 " arch=%s name=%s\n",
           guest->bound_ns, relation->zero_earliest_ticks + width / 2,
           host_ns_ceil(rate, width - width / 2), counter_hz, guest->relation.arch_name,
           guest->own->name);
    fflush(stdout);
    guest->said_ready = true;
}

/* Where nobody takes lines now it is tried again, once a second for all guests: none waits for that. */
static void say_ready(struct guest *guest)
{
    static int64_t full_ns = -NS_PER_SEC; /* when there was no room */
    struct pollfd room = {.fd = STDOUT_FILENO, .events = POLLOUT};
    int64_t now_ns = guest_line(guest)->last.monotonic_ns;

    if (guest->said_ready || now_ns - full_ns < NS_PER_SEC)
        return;
    if (poll(&room, 1, 0) != 0)
        print_ready(guest);
    else
        full_ns = now_ns;
}

/* The monitor has its page elsewhere now: what is there is not ours to write. */
static int lose_page(struct guest *guest)
{
    target_close(&guest->target);
    guest_retry(guest, "its page is no longer where it was");
    return 1;
}

int guest_disrupt(struct guest *guest)
{
    int error = target_disrupt(&guest->target);

    return error == TARGET_MOVED ? lose_page(guest) : error;
}

bool guest_promises(const struct guest *guest)
{
    uint8_t status = guest->target.shown.clock_status;

    return guest->target.open && status != VMCLOCK_CLOCK_STATUS_UNRELIABLE &&
           status != VMCLOCK_CLOCK_STATUS_INITIALIZING;
}

/* No clock for now. Returns 1, or -1 having said why. */
static int withdraw(struct guest *guest, const char *why)
{
    int error = guest_promises(guest) ? guest_disrupt(guest) : 0;

    if (!error)
        guest_retry(guest, why);
    return error < 0 ? -1 : 1;
}

/*
 * Looks at relation and page before an update. Returns 0, 1: the relation is another, RELATION_UNSEEN: there
 * can be no update now, or -1 having said why.
 */
static int look(struct guest *guest)
{
    int measured = relation_measure(&guest->relation), looked;

    if (measured < 0)
        return -1;
    looked = target_look(&guest->target);
    if (looked == TARGET_OVERWRITTEN && measured != RELATION_UNSEEN) {
        int again;

        relation_doubt(&guest->relation);
        again = relation_measure(&guest->relation);
        measured = again ? again : measured;
    }
    if (looked < 0 || measured < 0)
        return -1;
    if (looked == TARGET_MOVED)
        return lose_page(guest) < 0 ? -1 : RELATION_UNSEEN;
    if (measured == RELATION_UNSEEN)
        return withdraw(guest, "its counter cannot be seen now") < 0 ? -1 : RELATION_UNSEEN;
    return measured;
}

/* How fast the page's line may be wrong. */
static uint32_t tolerance_ppb(const struct guest *guest)
{
    const struct clocks *clocks = guest->clocks;
    bool oscillator = guest->own->kvm || guest->options->oscillator_given;

    if (guest->options->authority == AUTHORITY_HOST)
        return slew_host_ppb(&clocks->slew, &clocks->kernel, guest_line(guest)->last.monotonic_ns);
    return slew_utc_ppb(&clocks->slew, &clocks->kernel,
                        oscillator ? clocks->slew.oscillator_ppb : 0);
}

/* One update from the newest sample. Returns 0, 1: there is none now, or -1 having said why. */
static int publish(struct guest *guest)
{
    static struct line_last last; /* of all guests */
    const struct clock_line *line = guest_line(guest);
    int measured, disrupted = 0;
    struct vmclock_snapshot snapshot;
    uint8_t status;
    struct line_inputs inputs = {
        .options = guest->options,
        .relation = &guest->relation.value,
        .sample = &line->last,
        .kernel = &guest->clocks->kernel,
        .rate = &line->rate,
        .leaps = &guest->clocks->knowledge,
        .counter_id = guest->relation.counter_id,
    };

    /* The host slept: KVM may have moved the guests' counters as it awoke. */
    if (line->breaks != guest->breaks || guest->counter_told)
        relation_doubt(&guest->relation);
    else if (guest->counter_doubts)
        relation_hurry(&guest->relation);
    guest->counter_doubts -= guest->counter_doubts > 0;
    guest->counter_told = guest->counter_told && guest->counter_doubts;
    measured = look(guest);
    if (measured < 0 || measured == RELATION_UNSEEN)
        return measured < 0 ? -1 : 1;
    status = guest->target.shown.clock_status;
    if (measured || line->breaks != guest->breaks)
        disrupted = guest_disrupt(guest);
    if (disrupted)
        return disrupted;
    guest->breaks = line->breaks;
    inputs.tolerance_ppb = tolerance_ppb(guest);
    inputs.disruption_marker = guest->target.shown.disruption_marker;
    line_compose_next(&inputs, guest->clocks->sample_count, &last, &snapshot);
    if (target_publish(&guest->target, &snapshot) < 0)
        return -1;
    if (guest->state == GUEST_LIVE && snapshot.clock_status != status)
        event("status %u", snapshot.clock_status);
    guest->bound_ns = snapshot.maxerror_ns;
    guest->why[0] = '\0';
    return 0;
}

#define LINE_BYTES 64

static void expect(const void *at, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += LINE_BYTES)
        __builtin_prefetch((const char *)at + i);
}

void guest_expect(const struct guest *guest)
{
    const size_t from = offsetof(struct guest, target), to = offsetof(struct guest, why) + 1;

    expect(guest, LINE_BYTES);
    expect((const char *)guest + from, to - from);
}

void guest_expect_page(const struct guest *guest)
{
    expect(guest->own, sizeof(*guest->own));
    expect(guest->relation.own, 2 * LINE_BYTES);
    if (guest->target.page)
        expect(guest->target.page, sizeof(struct vmclock_page));
}

/* Whether its QEMU told of a stop or a start, or is about to tell something. -1 having said why. */
static int has_news(struct guest *guest)
{
    if (!guest->has_machine)
        return 0;
    if (qmp_drain(&guest->machine.qmp) < 0)
        return failure("qmp", "QEMU closed the connection");
    return guest->machine.stopped || guest->machine.resumed || qmp_is_halfway(&guest->machine.qmp);
}

int guest_go_live(struct guest *guest)
{
    int news = clocks_sample(guest->clocks) < 0 ? -1 : has_news(guest), done;

    if (news)
        return news;
    if (guest->breaks != guest_line(guest)->breaks)
        relation_doubt(&guest->relation);
    guest->breaks = guest_line(guest)->breaks;
    done = publish(guest);
    if (done)
        return done < 0 ? -1 : 0;
    guest->state = GUEST_LIVE;
    say_ready(guest);
    return 0;
}

int guest_update(struct guest *guest)
{
    int done = publish(guest);

    if (!done)
        say_ready(guest);
    return done < 0 ? -1 : 0;
}

int guest_open_page(struct guest *guest)
{
    int error;

    guest->unhurried = true;
    error = target_open(guest->options, guest->own, &guest->machine.qmp, guest->relation.counter_id,
                        &guest->target);
    guest->unhurried = false;
    if (error < 0)
        return -1;
    return guest->has_machine && target_disrupt(&guest->target) < 0 ? -1 : 0;
}
