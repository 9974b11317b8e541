/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/all.h"
#include "boot/linux/publish/control.h"
#include "boot/linux/publish/counters.h"
#include "boot/linux/publish/publication.h"
#include "boot/linux/publish/search.h"
#include "boot/linux/publish/status.h"
#include "boot/linux/publish/supervisor.h"

/* Guests ahead of the one that is refreshed, so that it is there by then, and to where it points. */
#define EXPECTED 16
#define EXPECTED_PAGE 8
#define WAITS_MAX 100 /* one within the other: what the stack has room for */
#define HANGS_MS 500  /* no QEMU takes so long to stop or start a guest */

static size_t guest_count(const struct publication *p)
{
    return p->guest_count;
}

/* A timer for refreshes, or one that fires when CLOCK_REALTIME is set. */
static int open_interval_timer(uint32_t interval_ms)
{
    struct timespec interval = {interval_ms / 1000, (long)(interval_ms % 1000) * 1000000};
    struct itimerspec spec = {interval, interval};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

    timerfd_settime(fd, 0, &spec, NULL);
    return fd;
}

static void arm_set_timer(int fd)
{
    struct itimerspec never = {{0, 0}, {INT32_MAX, 0}};

    timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

/* Before the guest i is refreshed. */
static void expect(const struct publication *p, size_t i)
{
    if (i + EXPECTED < guest_count(p))
        guest_expect(p->guests[i + EXPECTED]);
    if (i + EXPECTED_PAGE < guest_count(p))
        guest_expect_page(p->guests[i + EXPECTED_PAGE]);
}

/* All pages from one sample. Returns 0, or -1 having said why. */
static int refresh(struct publication *p)
{
    bool live = false;

    event_catch_up();
    for (size_t i = 0; i < guest_count(p); i++)
        live = live || (p->guests[i]->state == GUEST_LIVE && !p->guests[i]->busy);
    if (!live)
        return 0;
    counters_renew(p);
    if (clocks_sample(&p->clocks) < 0)
        return -1;
    for (size_t i = 0; i < guest_count(p); i++) {
        expect(p, i);
        guest_refresh(p->guests[i]);
    }
    return 0;
}

/*
 * Milliseconds until a guest may be related anew, which takes exchanges with its QEMU; INT64_MAX: not in this wait. What
 * is measured below would be worse for it, unless that has taken so long that it is of no use any more.
 */
static int64_t busy_ms(const struct publication *p, int64_t now_ms)
{
    int64_t left_ms = p->wait_began_ms + HANGS_MS - now_ms;
    bool measures = false;

    if (p->clocks.sampling || p->waits >= WAITS_MAX)
        return INT64_MAX;
    for (size_t i = 0; i < guest_count(p); i++) {
        const struct guest *guest = p->guests[i];

        if (!guest->busy || guest->unhurried)
            continue;
        if (guest_promises(guest) || guest->held)
            return INT64_MAX;
        measures = true;
    }
    return measures && left_ms > 0 ? left_ms : 0;
}

/*
 * The same until one may be begun with: not in short waits. Its own QEMU may hang, and then who waits below waits, too.
 */
static int64_t begin_ms(const struct publication *p, int64_t now_ms)
{
    int64_t busy = busy_ms(p, now_ms), left_ms = p->wait_began_ms + HANGS_MS - now_ms;

    return p->waits && left_ms > busy ? left_ms : busy;
}

/*
 * The same until KVM guests may be looked for, and tried: that takes no answer of any QEMU, but a millisecond. They are
 * not held up by QEMUs that hang, nor by many that are slow, one behind the other.
 */
static int64_t held_ms(const struct publication *p, int64_t now_ms)
{
    int64_t left_ms = p->free_ms + HANGS_MS - now_ms;

    if (p->clocks.sampling)
        return HANGS_MS;
    return !busy_ms(p, now_ms) || left_ms < 0 ? 0 : left_ms;
}

static void watch(struct publication *p)
{
    /* Where there is no guest yet there is nothing to wake for. */
    p->watched[WATCH_INTERVAL].fd = p->options.all_kvm && !p->guest_count ? -1 : p->interval_fd;
    p->watched[WATCH_ALL].fd = held_ms(p, wait_now_ms()) ? -1 : p->all_fd;
    p->watched[WATCH_COUNTERS].fd = counters_fd(p, wait_now_ms());
    p->used = WATCH_GUESTS;
    for (size_t i = 0; i < guest_count(p); i++) {
        struct pollfd *own = &p->watched[WATCH_GUESTS + i * GUEST_WATCHES];
        const struct guest *guest = p->guests[i];
        bool here = guest->state != GUEST_GONE && guest->has_machine;

        own[GUEST_QMP].fd = here && !guest->busy ? guest->machine.qmp.fd : -1;
        own[GUEST_CONTROL].fd = here ? control_watched(guest) : -1;
        /* Of a place that is not used nobody tells that nothing happened there. */
        own[GUEST_QMP].revents = own[GUEST_CONTROL].revents = 0;
        if (here)
            p->used = WATCH_GUESTS + (i + 1) * GUEST_WATCHES;
    }
}

/*
 * At most wait_ms (-1: for ever), less if a guest settles or is to be listened to before. at_rest: not from within a
 * wait.
 */
static int shorten(const struct publication *p, int64_t wait_ms, bool at_rest)
{
    int64_t now_ms = wait_now_ms(), held = held_ms(p, now_ms);
    int64_t busy = busy_ms(p, now_ms), begin = begin_ms(p, now_ms);
    int64_t all_ms = all_left_ms(p) > held ? all_left_ms(p) : held;

    if (p->options.all_kvm && (wait_ms < 0 || all_ms < wait_ms))
        wait_ms = all_ms;
    if (counters_left_ms(p, now_ms) && (wait_ms < 0 || counters_left_ms(p, now_ms) < wait_ms))
        wait_ms = counters_left_ms(p, now_ms);
    if (at_rest && p->options.metrics && (wait_ms < 0 || p->metrics_ms - now_ms < wait_ms))
        wait_ms = p->metrics_ms > now_ms ? p->metrics_ms - now_ms : 0;
    if (wait_ms < 0 || supervisor_left_ms() < wait_ms)
        wait_ms = supervisor_left_ms() < INT32_MAX ? supervisor_left_ms() : wait_ms;
    for (size_t i = 0; i < guest_count(p); i++) {
        const struct guest *guest = p->guests[i];
        int64_t left_ms = at_rest ? control_left_ms(guest, now_ms) : INT64_MAX;

        if (left_ms < INT64_MAX && (wait_ms < 0 || left_ms < wait_ms))
            wait_ms = left_ms;
        if (guest->busy)
            continue;
        if (guest_has_unheard(guest))
            return 0;
        if (guest->begun && guest->state != GUEST_SETTLING)
            continue;
        left_ms = guest->begun ? guest->settled_ms - now_ms : begin;
        left_ms = left_ms > busy ? left_ms : busy;
        if (search_has(guest)) {
            left_ms = search_left_ms(p, guest, now_ms);
            left_ms = left_ms > held ? left_ms : held;
        }
        left_ms = left_ms > 0 ? left_ms : 0;
        if (wait_ms < 0 || left_ms < wait_ms)
            wait_ms = left_ms;
    }
    return (int)wait_ms;
}

/* Of KVM guests: all at one place, as to watch a thousand processes costs more than their pages. */
static void hear_ends(struct publication *p)
{
    struct epoll_event ends[64];
    int count = epoll_wait(p->ends_fd, ends, sizeof(ends) / sizeof(ends[0]), 0);

    for (int i = 0; i < count; i++)
        guest_process_ended(ends[i].data.ptr);
}

static void begin_guest(struct guest *guest)
{
    const char *other = event_guest(guest->label);

    if (control_listen(guest) < 0)
        guest_give_up(guest);
    else
        guest_begin(guest);
    event_guest(other);
}

/* What takes exchanges with QEMUs: each may have what is waited for in it attended to by another call of this. */
static void exchange(struct publication *p)
{
    for (size_t i = 0; i < guest_count(p); i++) {
        struct guest *guest = p->guests[i];
        int64_t now_ms;

        /* To ask whether it may be takes a look at all: only where there is one. */
        if (guest->begun && (guest->state != GUEST_SETTLING || search_has(guest)))
            continue;
        now_ms = wait_now_ms();
        if (guest->begun && now_ms < guest->settled_ms)
            continue;
        if (guest->begun ? busy_ms(p, now_ms) : begin_ms(p, now_ms))
            continue;
        if (guest->begun)
            guest_settle(guest);
        else
            begin_guest(guest);
        if (p->waits) /* first it is looked whether what is waited for has come */
            return;
    }
}

/* Hears everybody, and refreshes if it is time. Returns 0, or -1 having said why. */
static int attend(struct publication *p)
{
    struct pollfd *watched = p->watched;
    bool due = watched[WATCH_INTERVAL].revents || watched[WATCH_CLOCK_SET].revents;
    bool was_set = watched[WATCH_CLOCK_SET].revents, changed = watched[WATCH_ALL].revents;
    uint64_t expired;

    for (size_t i = 0; i < guest_count(p); i++)
        if (watched[WATCH_GUESTS + i * GUEST_WATCHES + GUEST_QMP].revents ||
            guest_has_unheard(p->guests[i]))
            guest_listen(p->guests[i]);
    for (size_t i = 0; i < guest_count(p); i++)
        if (watched[WATCH_GUESTS + i * GUEST_WATCHES + GUEST_CONTROL].revents)
            control_hear(p->guests[i]);
    if (watched[WATCH_ENDS].revents)
        hear_ends(p);
    counters_hear(p, watched[WATCH_COUNTERS].revents);
    supervisor_alive();
    if (watched[WATCH_STATUS].revents)
        status_serve(p);
    if (was_set) {
        event("host-clock set");
        arm_set_timer(watched[WATCH_CLOCK_SET].fd);
    }
    if (due) {
        (void)!read(p->interval_fd, &expired, sizeof(expired));
        if (!p->clocks.sampling && refresh(p) < 0)
            return -1;
    }
    exchange(p);
    if (!p->waits)
        p->free_ms = wait_now_ms();
    /* One: each takes a millisecond or so, and the pages are to be refreshed. */
    if (!held_ms(p, wait_now_ms()))
        search_next(p);
    /* The last, as it may move what is watched. */
    if (p->options.all_kvm && !held_ms(p, wait_now_ms()))
        all_scan(p, changed);
    return 0;
}

/* For struct waiter. What comes in is reacted to before what is waited for. */
static bool wait_attending(void *context, int fd, int64_t limit_ms)
{
    struct publication *p = context;
    const char *about = event_guest(NULL);
    char failed[FAILURE_BYTES];
    int64_t left_ms, outer_ms = p->wait_began_ms;
    bool ready;

    p->wait_began_ms = wait_now_ms();
    p->waits++;
    memcpy(failed, last_failure(), sizeof(failed));
    do {
        left_ms = limit_ms - wait_now_ms();
        watch(p);
        p->watched[WATCH_AWAITED].fd = fd;
        p->watched[WATCH_END].fd = -1;
        ready = poll(p->watched, p->used, shorten(p, left_ms > 0 ? left_ms : 0, false)) > 0 &&
                p->watched[WATCH_AWAITED].revents;
        (void)attend(p);
    } while (!ready && left_ms > 0);
    p->wait_began_ms = outer_ms;
    p->waits--;
    restore_failure(failed);
    event_guest(about);
    return ready;
}

/* Serves who asks, and lets go of guests that are gone. Returns whether there is a guest left. */
static bool serve(struct publication *p)
{
    bool left = false;

    for (size_t i = 0; i < guest_count(p); i++) {
        struct guest *guest = p->guests[i];

        if (guest->state != GUEST_GONE)
            control_serve(guest);
        if (guest->state == GUEST_GONE)
            control_end(guest);
        left = left || guest->state != GUEST_GONE;
    }
    return left;
}

int publication_open(struct publication *p, int end_fd)
{
    p->watched = calloc(WATCH_GUESTS, sizeof(*p->watched));
    if (!p->watched)
        return failure("file", "no memory for so many guests");
    for (size_t i = 0; i < WATCH_GUESTS; i++)
        p->watched[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    p->end_fd = end_fd;
    p->interval_fd = open_interval_timer(p->options.interval_ms);
    p->watched[WATCH_CLOCK_SET].fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    arm_set_timer(p->watched[WATCH_CLOCK_SET].fd);
    p->waiter = (struct waiter){wait_attending, p};
    p->clocks.waiter = &p->waiter;
    p->ends_fd = epoll_create1(EPOLL_CLOEXEC);
    if (p->ends_fd < 0)
        return failure("file", "epoll: %s", strerror(errno));
    p->watched[WATCH_ENDS].fd = p->ends_fd;
    p->all_fd = -1;
    if (p->options.all_kvm)
        (void)all_open(p);
    if (status_open(p) < 0)
        return -1;
    p->watched[WATCH_STATUS].fd = p->status_fd;
    for (size_t i = 0; i < p->options.guest_count; i++)
        if (!publication_add(p, &p->options.guests[i]))
            return -1;
    return 0;
}

/* First those that wait for nobody: a QEMU may take its time. Where one does, others are begun with meanwhile. */
void publication_begin(struct publication *p)
{
    p->free_ms = wait_now_ms();
    for (size_t i = 0; i < guest_count(p); i++)
        if (!p->guests[i]->own->qmp)
            begin_guest(p->guests[i]);
    for (size_t i = 0; i < guest_count(p); i++)
        if (!p->guests[i]->begun)
            begin_guest(p->guests[i]);
}

int publication_follow(struct publication *p)
{
    supervisor_tell("READY=1");
    while (serve(p) || p->options.all_kvm) {
        all_sweep(p);
        status_metrics(p);
        watch(p);
        p->watched[WATCH_AWAITED].fd = -1;
        p->watched[WATCH_END].fd = p->end_fd;
        if (poll(p->watched, p->used, shorten(p, -1, true)) < 0 && errno != EINTR)
            return failure("file", "poll: %s", strerror(errno));
        if (p->watched[WATCH_END].revents)
            return 0;
        if (attend(p) < 0)
            return -1;
    }
    return 0;
}

bool publication_end(struct publication *p, bool keep)
{
    bool failed = false;

    supervisor_tell("STOPPING=1");
    for (size_t i = 0; i < guest_count(p); i++) {
        struct guest *guest = p->guests[i];
        const char *other = event_guest(guest->label);

        failed = failed || guest->failed;
        if (!keep && guest->state != GUEST_GONE)
            guest_end(guest);
        control_end(guest);
        event_guest(other);
    }
    status_end(p);
    return failed;
}
