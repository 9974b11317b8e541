/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/task.h"
#include "boot/linux/publish/all.h"
#include "boot/linux/publish/control.h"
#include "boot/linux/publish/counters.h"
#include "boot/linux/publish/exchange.h"
#include "boot/linux/publish/publication.h"
#include "boot/linux/publish/search.h"
#include "boot/linux/publish/status.h"
#include "boot/linux/publish/supervisor.h"

/* Guests ahead of the one that is refreshed, so that it is there by then, and to where it points. */
#define EXPECTED 16
#define EXPECTED_PAGE 8

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

static void watch(struct publication *p)
{
    /* Where there is no guest yet there is nothing to wake for. */
    p->watched[WATCH_INTERVAL].fd = p->options.all_kvm && !p->guest_count ? -1 : p->interval_fd;
    p->watched[WATCH_ALL].fd = exchange_held_ms(p, wait_now_ms()) ? -1 : p->all_fd;
    p->watched[WATCH_COUNTERS].fd = counters_fd(p, wait_now_ms());
    p->used = WATCH_GUESTS;
    for (size_t i = 0; i < guest_count(p); i++) {
        struct pollfd *own = &p->watched[WATCH_GUESTS + i * GUEST_WATCHES];
        const struct guest *guest = p->guests[i];
        bool here = guest->state != GUEST_GONE && guest->has_machine;

        own[GUEST_QMP].fd = here && !guest->busy ? guest->machine.qmp.fd : -1;
        if (guest->task)
            own[GUEST_QMP].fd = exchange_may_go_on(p, guest) ? task_fd(guest->task) : -1;
        own[GUEST_CONTROL].fd = here ? control_watched(guest) : -1;
        /* Of a place that is not used nobody tells that nothing happened there. */
        own[GUEST_QMP].revents = own[GUEST_CONTROL].revents = 0;
        if (here || guest->task)
            p->used = WATCH_GUESTS + (i + 1) * GUEST_WATCHES;
    }
}

static void at_most(int64_t *wait_ms, int64_t left_ms)
{
    left_ms = left_ms > 0 ? left_ms : 0;
    if (left_ms < INT32_MAX && (*wait_ms < 0 || left_ms < *wait_ms))
        *wait_ms = left_ms;
}

/* Until something is to be done for a guest, if it is not watched for. */
static int64_t guest_left_ms(const struct publication *p, const struct guest *guest, int64_t now_ms,
                             int64_t begin, int64_t held)
{
    int64_t left_ms;

    if (guest->task)
        return exchange_may_go_on(p, guest) ? task_limit_ms(guest->task) - now_ms : INT64_MAX;
    if (guest->has_machine && guest_has_unheard(guest))
        return 0;
    if (p->ending)
        return INT64_MAX;
    if (guest->client && control_asks(guest))
        return begin;
    if (guest->begun && guest->state != GUEST_SETTLING)
        return INT64_MAX;
    if (!guest->begun && !guest->own->qmp)
        return 0;
    if (search_has(guest)) {
        left_ms = search_left_ms(p, guest, now_ms);
        return left_ms > held ? left_ms : held;
    }
    left_ms = guest->begun ? guest->settled_ms - now_ms : 0;
    return left_ms > begin ? left_ms : begin;
}

/* How long nothing is to be done but for what is watched; -1: for ever. */
static int next_ms(const struct publication *p)
{
    int64_t now_ms = wait_now_ms(), held = exchange_held_ms(p, now_ms),
            begin = exchange_left_ms(p, now_ms);
    int64_t wait_ms = -1;

    if (p->options.all_kvm && !p->ending)
        at_most(&wait_ms, all_left_ms(p) > held ? all_left_ms(p) : held);
    if (counters_left_ms(p, now_ms))
        at_most(&wait_ms, counters_left_ms(p, now_ms));
    if (p->options.metrics)
        at_most(&wait_ms, p->metrics_ms - now_ms);
    at_most(&wait_ms, supervisor_left_ms());
    for (size_t i = 0; i < guest_count(p); i++) {
        if (p->guests[i]->client)
            at_most(&wait_ms, control_left_ms(p->guests[i], now_ms));
        at_most(&wait_ms, guest_left_ms(p, p->guests[i], now_ms, begin, held));
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

/* Hears everybody, and refreshes if it is time. Returns 0, or -1 having said why. */
static int attend(struct publication *p)
{
    struct pollfd *watched = p->watched;
    bool due = watched[WATCH_INTERVAL].revents || watched[WATCH_CLOCK_SET].revents;
    bool was_set = watched[WATCH_CLOCK_SET].revents, changed = watched[WATCH_ALL].revents;
    uint64_t expired;

    for (size_t i = 0; i < guest_count(p); i++)
        if (p->guests[i]->has_machine &&
            (watched[WATCH_GUESTS + i * GUEST_WATCHES + GUEST_QMP].revents ||
             guest_has_unheard(p->guests[i])))
            guest_listen(p->guests[i]);
    exchange_go_on(p);
    for (size_t i = 0; i < guest_count(p); i++)
        if (p->guests[i]->has_machine &&
            watched[WATCH_GUESTS + i * GUEST_WATCHES + GUEST_CONTROL].revents)
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
    exchange_begin(p);
    if (!exchange_left_ms(p, wait_now_ms()))
        p->free_ms = wait_now_ms();
    /* One: each takes a millisecond or so, and the pages are to be refreshed. */
    if (!exchange_held_ms(p, wait_now_ms()))
        search_next(p);
    /* The last, as it may move what is watched. */
    if (p->options.all_kvm && !exchange_held_ms(p, wait_now_ms()))
        all_scan(p, changed);
    return 0;
}

/* Lets go of guests that are gone, and of who asks for too long. */
static void sweep(struct publication *p)
{
    for (size_t i = 0; i < guest_count(p); i++) {
        struct guest *guest = p->guests[i];

        if (guest->state == GUEST_GONE && !guest->task)
            control_end(guest);
        else if (guest->client && !control_left_ms(guest, wait_now_ms()))
            control_let_go(guest);
    }
    all_sweep(p);
}

static bool has_guests(const struct publication *p)
{
    for (size_t i = 0; i < guest_count(p); i++)
        if (p->guests[i]->task || p->guests[i]->state != GUEST_GONE)
            return true;
    return p->options.all_kvm;
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

/* One turn: waits until there is something to do, and does it. Returns 0, 1: it is to end, or -1 having said why. */
static int turn(struct publication *p)
{
    sweep(p);
    status_metrics(p);
    watch(p);
    p->watched[WATCH_END].fd = p->ending ? -1 : p->end_fd;
    if (poll(p->watched, p->used, next_ms(p)) < 0 && errno != EINTR)
        return failure("file", "poll: %s", strerror(errno));
    if (p->watched[WATCH_END].revents)
        return 1;
    return attend(p);
}

static bool has_begun(const struct publication *p)
{
    for (size_t i = 0; i < guest_count(p); i++)
        if (!p->guests[i]->begun || p->guests[i]->task)
            return false;
    return true;
}

int publication_begin(struct publication *p)
{
    int done = 0;

    p->free_ms = wait_now_ms();
    while (!done && !has_begun(p))
        done = turn(p);
    return done;
}

int publication_follow(struct publication *p)
{
    int done = 0;

    supervisor_tell("READY=1");
    while (!done && has_guests(p))
        done = turn(p);
    return done < 0 ? -1 : 0;
}

/* Guests that stand still for us are let go on first, which their QEMUs have the usual time for. */
static void finish(struct publication *p)
{
    bool held = true;
    int error = 0;

    p->ending = true;
    while (held && !error) {
        held = false;
        for (size_t i = 0; i < guest_count(p); i++)
            held = held || (p->guests[i]->task && p->guests[i]->held);
        if (held)
            error = turn(p);
    }
}

bool publication_end(struct publication *p, bool keep)
{
    bool failed = false;

    supervisor_tell("STOPPING=1");
    finish(p);
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
