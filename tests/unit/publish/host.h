/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - a host whose clocks are the test's: CLOCK_REALTIME, CLOCK_MONOTONIC, adjtimex and the CPU's
 * counter, each as wrong as it likes. Programs link with
 *     --wrap=clock_gettime --wrap=adjtimex --wrap=fopen
 * and take arch/arch.h from the folder fake.
 */
#ifndef VMCLOCK_TESTS_PUBLISH_HOST_H
#define VMCLOCK_TESTS_PUBLISH_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/timex.h>
#include <cmocka.h>
#include "boot/linux/publish/clocks.h"

#define SEC INT64_C(1000000000) /* ns */
#define MS INT64_C(1000000)

/* The one host that there is. What its clocks read follows from now_ns, which goes on by itself by
 * read_ns with each reading of any clock. */
extern struct host {
    int64_t now_ns; /* the true time since the test began */
    int64_t read_ns;
    int64_t realtime_ns, monotonic_ns; /* what they read at now_ns 0 */
    uint64_t ticks;                    /* likewise; two a ns */
    int64_t monotonic_ppm, ticks_ppm;  /* so much too fast, from 0 on */
    unsigned reads;                    /* of any clock */
    void (*on_read)(void);             /* before each */
    const char *clocksource;           /* null: there is no such file */
    bool invariant;

    struct timex timex; /* what adjtimex says, and its result ... */
    int timex_state;    /* ... which is -1 with EPERM if it is that */
    unsigned timex_calls;
    void (*on_timex)(void); /* before each */

    char said[4000]; /* events and failures, a line each */
} host;

/* A good one, at 2026-07-01 12:00:00 UTC, whose kernel is synchronised and knows TAI. */
void host_start(void);

/* Lets time pass. */
void host_pass(int64_t ns);

#endif
