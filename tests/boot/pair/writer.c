/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.c - publishes the line of tests/images/pair.h in a page of a shared file as fast as it can, with
 * a gap after each burst in which readers get their turn. Ends when its standard input does.
 *
 * Usage: writer FILE OFFSET COUNTER-ID [hold]
 *
 * hold: as on a busy host, which takes a writer's CPU away: some times it does nothing for HOLD_MS in
 * the middle of an update, and says "held" when it begins to.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <vmclock/publish.h>
#include <vmclock/vmclock.h>
#include "tests/images/pair.h"

#define PAGE_BYTES 4096u
#define BURST 256u
#define GAP_US 20u
#define TICK_US 1000 /* of its own CPU time, so that ticks come while it writes */
#define HOLD_MS 300
#define HOLDS 5

/* Wraps before the reference point is so far away that vmclock_at refuses it. */
#define UPDATES_MAX (UINT64_C(1) << 30)

static struct vmclock_snapshot update_of(uint64_t update, uint8_t counter_id)
{
    const uint64_t counter = PAIR_LINE_COUNTER(update);

    return (struct vmclock_snapshot){
        .have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR |
                VMCLOCK_HAVE_GENERATION,
        .counter_id = counter_id,
        .clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED,
        .time_type = VMCLOCK_TIME_TYPE_TAI,
        .disruption_marker = update,
        .generation = PAIR_LINE_GENERATION(update),
        .ref_counter = counter,
        .ref_sec = PAIR_LINE_SEC(counter),
        .ref_frac64 = PAIR_LINE_FRAC64(counter),
        .period_frac = PAIR_LINE_PERIOD_FRAC,
        .period_shift = PAIR_LINE_PERIOD_SHIFT,
        .maxerror_ns = PAIR_LINE_MAXERROR_NS(update),
    };
}

static const volatile uint32_t *seq_count; /* of the page that is written */

static void hold_in_update(int signal)
{
    static int holds;
    const struct timespec held = {.tv_nsec = HOLD_MS * 1000000L};

    (void)signal;
    if (!(le32toh(*seq_count) & 1) || holds == HOLDS)
        return;
    holds++;
    if (write(STDOUT_FILENO, "held\n", 5) == 5)
        nanosleep(&held, NULL);
}

static void hold_in_updates(const char *page)
{
    const struct sigaction action = {.sa_handler = hold_in_update, .sa_flags = SA_RESTART};
    const struct timeval tick = {.tv_usec = TICK_US};

    seq_count = (const void *)(page + offsetof(struct vmclock_page, seq_count));
    sigaction(SIGVTALRM, &action, NULL);
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){tick, tick}, NULL);
}

static void *map(const char *path, const char *offset)
{
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    void *mapped = fd < 0 ? MAP_FAILED
                          : mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                                 (off_t)strtoull(offset, NULL, 0));

    if (mapped == MAP_FAILED) {
        fprintf(stderr, "writer: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    return mapped;
}

int main(int argc, char **argv)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct vmclock_publisher publisher;
    uint64_t update = 0;
    uint8_t counter_id;
    void *page;

    if (argc < 4 || argc > 5 || (argc == 5 && strcmp(argv[4], "hold")))
        return 2;
    counter_id = (uint8_t)strtoul(argv[3], NULL, 0);
    page = map(argv[1], argv[2]);
    if (vmclock_publish_open(&publisher, page, PAGE_BYTES, PAGE_BYTES))
        return 1;
    for (;;) {
        for (unsigned i = 0; i < BURST; i++) {
            const struct vmclock_snapshot next = update_of(++update % UPDATES_MAX, counter_id);

            if (vmclock_publish(&publisher, &next)) {
                fprintf(stderr, "writer: update %llu is refused\n", (unsigned long long)update);
                return 1;
            }
        }
        if (update == BURST) {
            puts("ready");
            fflush(stdout);
            if (argc == 5)
                hold_in_updates(page);
        }
        usleep(GAP_US);
        if (update % (64 * BURST) == 0 && poll(&input, 1, 0))
            break;
    }
    printf("updates=%llu\n", (unsigned long long)update);
    return 0;
}
