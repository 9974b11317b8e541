/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clocks.h - this host's clocks, sampled once for all pages: the counters in use, the kernel's
 * state, leap seconds.
 */
#ifndef PUBLISH_CLOCKS_H
#define PUBLISH_CLOCKS_H

#include <stdbool.h>
#include "boot/linux/common/host.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/publish/leaps.h"
#include "boot/linux/publish/slew.h"

/* One host counter against the host's clocks. */
struct clock_line {
    bool used;
    struct host_sample last; /* the newest sample */
    struct host_rate rate;
    struct host_sample base, next_base; /* the rate is measured from base */
    unsigned breaks; /* how often counter and clock ran apart: no line reaches over that */
};

struct clocks {
    struct clock_line lines[HOST_COUNTERS];
    struct host_kernel kernel; /* as of the newest samples */
    struct slew slew;          /* its two limits are the caller's to set */
    struct leap_memory leaps;
    struct leap_knowledge knowledge;
    bool sampling;         /* in clocks_sample: not to be called from within a wait */
    bool measuring;        /* for a while, a rate: no other is to be used meanwhile */
    uint64_t sample_count; /* of calls of clocks_sample */
};

/* tai_offset_sec: the user's TAI minus UTC; 0: none. */
void clocks_init(struct clocks *clocks, int16_t tai_offset_sec);

/*
 * Makes a counter one of those that are sampled, and measures its rate in 20 ms. No effect on one
 * that is already. Returns 0, or -1 having said why.
 */
int clocks_use(struct clocks *clocks, enum host_counter counter);

/*
 * Samples all counters in use, at least one, all in one state of the kernel. Says what it saw of the host's clock:
 * that it was stepped, or that a counter and the clock ran apart (the host slept, or moved to
 * another machine). Then breaks is counted up and the rate is measured anew.
 *
 * Returns 0, or -1 having said why.
 */
int clocks_sample(struct clocks *clocks);

#endif
