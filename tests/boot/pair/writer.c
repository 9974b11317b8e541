/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.c - publishes the line of tests/images/pair.h in a page of a shared file as fast as it can, with
 * a gap after each burst in which readers get their turn. Ends when its standard input does.
 *
 * Usage: writer FILE OFFSET COUNTER-ID
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vmclock/publish.h>
#include <vmclock/vmclock.h>

#include "tests/images/pair.h"

#define PAGE_BYTES 4096u
#define BURST 256u
#define GAP_US 20u

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

    if (argc != 4)
        return 2;
    counter_id = (uint8_t)strtoul(argv[3], NULL, 0);
    if (vmclock_publish_open(&publisher, map(argv[1], argv[2]), PAGE_BYTES, PAGE_BYTES))
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
        }
        usleep(GAP_US);
        if (update % (64 * BURST) == 0 && poll(&input, 1, 0))
            break;
    }
    printf("updates=%llu\n", (unsigned long long)update);
    return 0;
}
