/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmclock-publish: this host's time, kept fresh in the pages that guests share or QEMU has.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "boot/linux/clocks.h"
#include "boot/linux/control.h"
#include "boot/linux/event.h"
#include "boot/linux/guest.h"
#include "boot/linux/transition.h"

enum { WATCH_SIGNAL, WATCH_INTERVAL, WATCH_CLOCK_SET, WATCH_GUESTS };
enum { GUEST_QMP, GUEST_CONTROL, GUEST_WATCHES };

struct publication {
    struct options options;
    struct clocks clocks;
    struct guest *guests;
    struct pollfd *watched;
};

static size_t guest_count(const struct publication *p)
{
    return p->options.guest_count;
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

/* All pages from one sample. Returns 0, or -1 having said why. */
static int refresh(struct publication *p)
{
    event_catch_up();
    if (clocks_sample(&p->clocks) < 0)
        return -1;
    for (size_t i = 0; i < guest_count(p); i++)
        guest_refresh(&p->guests[i]);
    return 0;
}

/* While one guest's QEMU takes its time, the others have their clock. */
static void on_idle(void *context)
{
    struct publication *p = context;
    const char *waiting = event_guest(NULL);
    uint64_t expired;

    (void)!read(p->watched[WATCH_INTERVAL].fd, &expired, sizeof(expired));
    (void)refresh(p);
    event_guest(waiting);
}

static void prepare_guests(struct publication *p)
{
    for (size_t i = 0; i < guest_count(p); i++) {
        struct guest *guest = &p->guests[i];

        guest->options = &p->options;
        guest->own = &p->options.guests[i];
        guest->clocks = &p->clocks;
        guest->label = guest_count(p) > 1 ? guest->own->name : NULL;
        guest->acts_alone = p->options.verb != VERB_NONE;
        guest->control_fd = -1;
        guest->machine.qmp.fd = -1;
        guest->machine.qmp.on_idle = on_idle;
        guest->machine.qmp.idle_context = p;
        guest->machine.qmp.idle_fd = p->watched[WATCH_INTERVAL].fd;
    }
}

/* Returns 0, or -1 having said why; the guests after the one that failed are not begun. */
static int begin_guests(struct publication *p)
{
    int error = 0;

    for (size_t i = 0; !error && i < guest_count(p); i++) {
        struct guest *guest = &p->guests[i];

        event_guest(guest->label);
        guest->busy = true;
        error = control_listen(guest);
        if (!error)
            error = guest_begin(guest);
        guest->busy = false;
        guest->machine.stopped = guest->machine.resumed = false;
    }
    event_guest(NULL);
    return error;
}

/* What a guest is watched by. */
static void watch_guests(struct publication *p)
{
    for (size_t i = 0; i < guest_count(p); i++) {
        struct pollfd *own = &p->watched[WATCH_GUESTS + i * GUEST_WATCHES];
        const struct guest *guest = &p->guests[i];
        bool here = guest->state != GUEST_GONE && guest->has_machine;

        own[GUEST_QMP].fd = here ? guest->machine.qmp.fd : -1;
        own[GUEST_CONTROL].fd = here ? guest->control_fd : -1;
    }
}

/* The time until a guest has settled or is to be listened to, for poll. */
static int settle_wait_ms(const struct publication *p)
{
    int64_t now_ms = guest_now_ms(), wait_ms = -1;

    for (size_t i = 0; i < guest_count(p); i++) {
        int64_t left_ms = p->guests[i].settled_ms - now_ms;

        if (guest_has_unheard(&p->guests[i]))
            return 0;
        if (p->guests[i].state != GUEST_SETTLING)
            continue;
        left_ms = left_ms > 0 ? left_ms : 0;
        if (wait_ms < 0 || left_ms < wait_ms)
            wait_ms = left_ms;
    }
    return (int)wait_ms;
}

/* Returns whether there is a guest left. */
static bool attend_guests(struct publication *p)
{
    bool left = false;

    for (size_t i = 0; i < guest_count(p); i++) {
        const struct pollfd *own = &p->watched[WATCH_GUESTS + i * GUEST_WATCHES];
        struct guest *guest = &p->guests[i];

        if (own[GUEST_QMP].revents || guest_has_unheard(guest))
            guest_listen(guest);
        guest_settle(guest);
        if (own[GUEST_CONTROL].revents && guest->state != GUEST_GONE)
            control_serve(guest);
        if (guest->state == GUEST_GONE)
            control_end(guest);
        else
            left = true;
    }
    return left;
}

/* Refreshes until there is a reason to end. Returns 0, or -1 having said why. */
static int follow(struct publication *p)
{
    struct pollfd *watched = p->watched;
    nfds_t count = WATCH_GUESTS + guest_count(p) * GUEST_WATCHES;

    for (;;) {
        uint64_t expired;

        watch_guests(p);
        if (poll(watched, count, settle_wait_ms(p)) < 0 && errno != EINTR)
            return failure("file", "poll: %s", strerror(errno));
        if (watched[WATCH_SIGNAL].revents || !attend_guests(p))
            return 0;
        if (watched[WATCH_CLOCK_SET].revents) {
            event("host-clock set");
            arm_set_timer(watched[WATCH_CLOCK_SET].fd);
        }
        if (!(watched[WATCH_INTERVAL].revents | watched[WATCH_CLOCK_SET].revents))
            continue;
        (void)!read(watched[WATCH_INTERVAL].fd, &expired, sizeof(expired));
        if (refresh(p) < 0)
            return -1;
    }
}

/* A signal that is ignored, as nohup has it, is so still: blocked it would be seen. */
static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static int block_signals(void)
{
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (!is_ignored(SIGHUP))
        sigaddset(&ends, SIGHUP);
    /* Blocked from the start: a signal during an update must not leave the page odd. */
    sigprocmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN); /* whoever read our lines may be gone */
    return signalfd(-1, &ends, SFD_CLOEXEC);
}

/* Each guest takes some descriptors: as many as we may have. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int run(struct publication *p)
{
    p->watched[WATCH_SIGNAL].fd = block_signals();
    p->watched[WATCH_INTERVAL].fd = open_interval_timer(p->options.interval_ms);
    p->watched[WATCH_CLOCK_SET].fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    arm_set_timer(p->watched[WATCH_CLOCK_SET].fd);
    for (size_t i = 0; i < WATCH_GUESTS + guest_count(p) * GUEST_WATCHES; i++)
        p->watched[i].events = POLLIN;
    prepare_guests(p);
    if (begin_guests(p) < 0)
        return -1;
    if (p->options.verb != VERB_NONE)
        return transition_run(&p->guests[0], p->options.verb, p->options.argument);
    return p->options.once ? 0 : follow(p);
}

/* Ends the guests. Returns whether one of them had failed. */
static bool end_guests(struct publication *p, bool keep)
{
    bool failed = false;

    for (size_t i = 0; i < guest_count(p); i++) {
        struct guest *guest = &p->guests[i];

        event_guest(guest->label);
        failed = failed || guest->failed;
        if (!keep && guest->state != GUEST_GONE)
            guest_end(guest);
        control_end(guest);
    }
    return failed;
}

int main(int argc, char **argv)
{
    static struct publication p;
    int error;

    options_parse(argc, argv, &p.options);
    if (p.options.verb != VERB_NONE) {
        error = control_ask(&p.options.guests[0], p.options.verb, p.options.argument);
        if (error != CONTROL_NOBODY)
            return error ? 1 : 0;
    }
    p.guests = calloc(guest_count(&p), sizeof(*p.guests));
    p.watched = calloc(WATCH_GUESTS + guest_count(&p) * GUEST_WATCHES, sizeof(*p.watched));
    if (!p.guests || !p.watched)
        return failure("file", "no memory for so many guests") ? 1 : 0;
    raise_descriptors();
    clocks_init(&p.clocks, p.options.tai_offset_sec);
    error = run(&p);
    if (end_guests(&p, p.options.once && !error))
        error = -1;
    return error ? 1 : 0;
}
