/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmclock-publish: this host's time, kept fresh in a page that a guest shares.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "arch/arch.h"
#include "boot/linux/event.h"
#include "boot/linux/line.h"
#include "boot/linux/machine.h"
#include "boot/linux/target.h"

#define NS_PER_SEC 1000000000
#define FIRST_BASELINE_NS 20000000 /* two samples this far apart give the rate to some 10 ppm */
#define BASELINE_NS NS_PER_SEC     /* later: since a sample that was taken 1 to 2 s ago */

struct publication {
    struct options options;
    struct target target;
    struct machine machine;
    bool has_machine;
    struct counter_relation relation;
    struct host_rate rate;
    struct host_sample base, next_base; /* the rate is measured from base */
    struct host_sample last;            /* of the last update */
    struct host_kernel kernel;
    struct leap_memory leaps;
    uint64_t disruption_marker;
    uint64_t bound_ns; /* as published last */
    uint8_t status;
    bool lost; /* the counter is not what it was */
};

/* Says what a reader of the last update sees as a broken promise, if the host's clock moved so. */
static void report_step(const struct publication *p, const struct host_sample *sample)
{
    int64_t expected_ns =
        p->last.realtime_ns +
        (int64_t)host_ns_floor(&p->rate, host_sample_middle(sample) - host_sample_middle(&p->last));
    int64_t ahead_ns = sample->realtime_ns - expected_ns;
    int64_t elapsed_ns = sample->monotonic_ns - p->last.monotonic_ns;
    int64_t allowed_ns = elapsed_ns / 1000 + 100000;

    if (ahead_ns > allowed_ns || ahead_ns < -allowed_ns)
        event("host-clock stepped_ns=%" PRId64, ahead_ns);
}

/*
 * Whether counter and CLOCK_MONOTONIC still agree. The kernel steers its clock by up to 10 %; what
 * is beyond is a counter that stopped or jumped (the host slept, or moved to another machine).
 */
static bool counter_holds(const struct publication *p, const struct host_sample *sample)
{
    uint64_t ticks = host_sample_middle(sample) - host_sample_middle(&p->last);
    int64_t elapsed_ns = sample->monotonic_ns - p->last.monotonic_ns;
    int64_t counted_ns, allowed_ns = elapsed_ns / 8 + 1000000;

    if (ticks >> 62)
        return false;
    counted_ns = (int64_t)host_ns_floor(&p->rate, ticks);
    return counted_ns - elapsed_ns <= allowed_ns && elapsed_ns - counted_ns <= allowed_ns;
}

static void update_rate(struct publication *p, const struct host_sample *sample)
{
    if (sample->monotonic_ns - p->next_base.monotonic_ns >= BASELINE_NS) {
        p->base = p->next_base;
        p->next_base = *sample;
    }
    host_rate_between(&p->base, sample, &p->rate);
}

/* enum vmclock_counter_id of whoever reads the page. */
static uint8_t counter_id(const struct publication *p)
{
    if (!p->has_machine)
        return VMCLOCK_ARCH_COUNTER_ID;
    return p->machine.arch == GUEST_ARCH_AARCH64 ? VMCLOCK_COUNTER_ID_ARM_VCNT
                                                 : VMCLOCK_COUNTER_ID_X86_TSC;
}

/* One update from a new sample. Returns 0, or -1 having said why. */
static int refresh(struct publication *p, bool first)
{
    struct leap_knowledge leaps;
    struct host_sample sample;
    struct vmclock_snapshot snapshot;
    struct line_inputs inputs = {
        .options = &p->options,
        .relation = &p->relation,
        .sample = &sample,
        .kernel = &p->kernel,
        .rate = &p->rate,
        .leaps = &leaps,
        .disruption_marker = p->disruption_marker,
        .counter_id = counter_id(p),
    };

    if (host_sample_with_kernel(&sample, &p->kernel) < 0)
        return -1;
    if (!first) {
        if (!counter_holds(p, &sample)) {
            p->lost = true;
            return failure("counter", "the host's counter and its clock ran apart");
        }
        report_step(p, &sample);
        update_rate(p, &sample);
    }
    leaps_at(&p->leaps, &p->kernel, sample.realtime_ns / NS_PER_SEC, &leaps);
    line_compose(&inputs, &snapshot);
    if (target_publish(&p->target, &snapshot) < 0)
        return -1;
    if (!first && snapshot.clock_status != p->status)
        event("status %u", snapshot.clock_status);
    p->last = sample;
    p->bound_ns = snapshot.maxerror_ns;
    p->status = snapshot.clock_status;
    return 0;
}

/* The rate of the host's counter, before anything depends on it. */
static void measure_first_rate(struct publication *p)
{
    struct timespec wait = {.tv_nsec = FIRST_BASELINE_NS};

    host_sample(&p->base);
    while (nanosleep(&wait, &wait) < 0 && errno == EINTR)
        ;
    host_sample(&p->last);
    p->next_base = p->base;
    host_rate_between(&p->base, &p->last, &p->rate);
}

static const char *arch_name(const struct publication *p)
{
    if (!p->has_machine)
        return "host";
    return p->machine.arch == GUEST_ARCH_AARCH64 ? "aarch64" : "x86_64";
}

static void print_ready(const struct publication *p)
{
    uint64_t width = p->relation.zero_latest_ticks - p->relation.zero_earliest_ticks;
    uint64_t counter_hz = host_ticks_floor(&p->rate, NS_PER_SEC) / p->relation.host_ticks_a_tick;

    printf("ready bound_ns=%" PRIu64 " offset_ticks=%" PRIu64 " offset_error_ns=%" PRIu64
           " counter_hz=%" PRIu64 " arch=%s\n",
           p->bound_ns, p->relation.zero_earliest_ticks + width / 2,
           host_ns_ceil(&p->rate, width - width / 2), counter_hz, arch_name(p));
    fflush(stdout);
}

/* From the command line to a page that is live. Returns 0, or -1 having said why. */
static int begin(struct publication *p)
{
    p->has_machine = p->options.qmp != NULL;
    if (p->has_machine ? machine_open(&p->options, &p->machine) < 0
                       : host_open(HOST_COUNTER_CPU) < 0)
        return -1;
    if (target_open(&p->options, counter_id(p), &p->target) < 0)
        return -1;
    p->disruption_marker = p->target.publisher.disruption_marker;
    leaps_load(LEAPS_FILE, &p->leaps.list);
    p->leaps.option_offset_sec = p->options.tai_offset_sec;
    measure_first_rate(p);
    p->relation = (struct counter_relation){.host_ticks_a_tick = 1};
    if (p->has_machine) {
        p->disruption_marker++; /* another guest, another counter */
        if (machine_start(&p->machine, &p->rate, &p->relation) < 0)
            return -1;
    }
    if (refresh(p, true) < 0)
        return -1;
    print_ready(p);
    return 0;
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

enum { WATCH_SIGNAL, WATCH_INTERVAL, WATCH_CLOCK_SET, WATCH_QMP, WATCH_COUNT };

/* Refreshes until there is a reason to end. Returns 0, or -1 having said why. */
static int follow(struct publication *p, struct pollfd *watched)
{
    bool unreliable = false;

    for (;;) {
        uint64_t expired;

        if (poll(watched, p->has_machine ? WATCH_COUNT : WATCH_QMP, -1) < 0 && errno != EINTR)
            return failure("file", "poll: %s", strerror(errno));
        if (watched[WATCH_SIGNAL].revents)
            return 0;
        if (p->has_machine && watched[WATCH_QMP].revents && qmp_drain(&p->machine.qmp) < 0) {
            event("qemu is gone");
            return 0;
        }
        if (p->machine.stopped && !unreliable) {
            unreliable = true;
            target_unreliable(&p->target);
            event("unreliable: the guest was stopped, its counter's zero is lost");
        }
        if (watched[WATCH_CLOCK_SET].revents) {
            event("host-clock set");
            arm_set_timer(watched[WATCH_CLOCK_SET].fd);
        }
        (void)!read(watched[WATCH_INTERVAL].fd, &expired, sizeof(expired));
        if (!unreliable && refresh(p, false) < 0)
            return -1;
    }
}

static int run(struct publication *p)
{
    struct pollfd watched[WATCH_COUNT];
    sigset_t ends;

    memset(watched, 0, sizeof(watched));
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    /* Blocked from the start: a signal during an update must not leave the page odd. */
    sigprocmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN); /* whoever read our lines may be gone */
    watched[WATCH_SIGNAL].fd = signalfd(-1, &ends, SFD_CLOEXEC);
    if (begin(p) < 0)
        return -1;
    if (p->options.once)
        return 0;
    watched[WATCH_INTERVAL].fd = open_interval_timer(p->options.interval_ms);
    watched[WATCH_CLOCK_SET].fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    arm_set_timer(watched[WATCH_CLOCK_SET].fd);
    watched[WATCH_QMP].fd = p->machine.qmp.fd;
    for (int i = 0; i < WATCH_COUNT; i++)
        watched[i].events = POLLIN;
    return follow(p, watched);
}

int main(int argc, char **argv)
{
    static struct publication publication;
    int error;

    options_parse(argc, argv, &publication.options);
    error = run(&publication);
    if (publication.target.publisher.page && !(publication.options.once && !error)) {
        target_unreliable(&publication.target);
        event("unreliable: the publisher ends");
    }
    if (publication.has_machine)
        qmp_close(&publication.machine.qmp);
    return error ? 1 : 0;
}
