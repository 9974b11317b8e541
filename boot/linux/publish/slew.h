/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slew.h - how fast the straight line of a page may be wrong between two samples.
 *
 * Against the host's clock it is the kernel that may steer away: by as much as the user says, or its
 * tolerance. Against UTC it is the counter, by its oscillator's tolerance, and the slewing that is in the
 * measured rate. What the next sample contradicts is not promised again: it is widened, and said.
 */
#ifndef PUBLISH_SLEW_H
#define PUBLISH_SLEW_H

#include <stdbool.h>
#include "boot/linux/common/host.h"

struct slew {
    uint32_t
        limit_ppb; /* by which the host's clock changes its rate, as the user says; 0: nothing said */
    uint32_t oscillator_ppb; /* the counter's own; 0: not looked at */
    /* Nothing to be set by the caller: */
    bool begun;
    int64_t wide_until_ns; /* CLOCK_MONOTONIC */
    uint32_t wide_ppb;
    struct host_kernel kernel; /* as of the sample before */
    struct host_raw base, next_base, last;
    bool have_slewed;
    uint32_t slewed_ppb; /* CLOCK_MONOTONIC to CLOCK_MONOTONIC_RAW */
};

/*
 * Looks at a new sample, before the line's rate learns of it. rate, last: the line's until now.
 */
void slew_sample(struct slew *slew, const struct host_rate *rate, const struct host_sample *last,
                 const struct host_sample *sample, const struct host_kernel *kernel);

/* As slew_sample, for the counter's own drift; does nothing where that is not looked at. */
void slew_raw(struct slew *slew, const struct host_raw *raw);

/* ppb against the host's clock, and against UTC. */
uint32_t slew_host_ppb(const struct slew *slew, const struct host_kernel *kernel, int64_t now_ns);
uint32_t slew_utc_ppb(const struct slew *slew, const struct host_kernel *kernel,
                      uint32_t oscillator_ppb);

#endif
