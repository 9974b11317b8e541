/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rig.h - a steered clock on a page that this program publishes, by the CPU's own counter.
 */
#ifndef RACES_RIG_H
#define RACES_RIG_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <vmclock/vmclock.h>
#include "arch/arch.h"

#define START_SEC 1483228837
#define TAI_OFFSET_SEC 37
#define LIMIT_SEC 100

static struct vmclock_page page __attribute__((aligned(4096)));
static struct vmclock_publisher publisher;
static struct vmclock clk;
static struct vmclock_steer steer;

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    exit(1);
}

static double now_sec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* A TAI page that says ticks are ns from the counter on. */
static void rig_snapshot(struct vmclock_snapshot *s, uint64_t ref_counter)
{
    memset(s, 0, sizeof *s);
    s->have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR |
              VMCLOCK_HAVE_TAI_OFFSET;
    s->tai_offset_sec = TAI_OFFSET_SEC;
    s->counter_id = s->counter_read_id = VMCLOCK_ARCH_COUNTER_ID;
    s->time_type = VMCLOCK_TIME_TYPE_TAI;
    s->clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
    s->period_shift = 29;
    s->period_frac = UINT64_C(0x89705F4136B4A597);
    s->period_maxerror_frac = UINT64_C(0x89705F4136B4);
    s->ref_sec = START_SEC;
    s->ref_counter = ref_counter;
    s->maxerror_ns = 200000;
}

static void rig_open(void)
{
    const struct vmclock_steer_config config = {0, VMCLOCK_STEER_RATE_PPB_DEFAULT};
    struct vmclock_snapshot first;

    rig_snapshot(&first, 0);
    if (vmclock_publish_open(&publisher, &page, sizeof page, sizeof page) ||
        vmclock_publish_step(&publisher, &first) || vmclock_open(&clk, &page, sizeof page) ||
        vmclock_steer_init(&steer, &clk, &config))
        fail("the clock could not be opened");
}

#endif
