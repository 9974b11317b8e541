/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - from samples of this host's clocks to the straight line that a page holds: a reference
 * point, a period, and how far both may be wrong.
 */
#ifndef PUBLISH_LINE_H
#define PUBLISH_LINE_H

#include <vmclock/page.h>
#include "boot/linux/common/host.h"
#include "boot/linux/publish/leaps.h"
#include "boot/linux/publish/options.h"
#include "boot/linux/publish/relation/relation.h"

/* What one update is made of. */
struct line_inputs {
    const struct options *options;
    const struct counter_relation *relation;
    const struct host_sample *sample;
    const struct host_kernel *kernel;
    const struct host_rate *rate;
    const struct leap_knowledge *leaps;
    uint64_t disruption_marker;
    uint8_t counter_id; /* enum vmclock_counter_id of the guest */
    uint32_t
        tolerance_ppb; /* how fast the line may be wrong, but for the rate's own error; 0: the kernel's */
};

/* The last line that was composed, and of what. */
struct line_last {
    uint64_t sample_count; /* 0: none yet */
    const struct host_sample *sample;
    struct counter_relation relation;
    uint32_t tolerance_ppb;
    struct vmclock_snapshot snapshot;
};

/*
 * The snapshot to publish.
 *
 * The reference point is the middle of the sample's window. Its maximum error is half of that
 * window, half of the bracket of the guest's zero, the rounding to a guest tick and, unless the
 * host is the authority, the kernel's own. The period's maximum error is the tolerance
 * (how fast the kernel may steer its clock away from the line: slew.h) and the error of the measured rate.
 * The estimated errors are the same without the kernel's worst cases: nobody promises them.
 */
void line_compose(const struct line_inputs *inputs, struct vmclock_snapshot *snapshot);

/*
 * The same for one guest after the other: where their counters differ by an offset alone the line is the last one's
 * but for the counter at the reference point, which saves nine tenths of the work. sample_count: not 0; as long as
 * it is the same, so is all that the inputs point to but the relation.
 */
void line_compose_next(const struct line_inputs *inputs, uint64_t sample_count,
                       struct line_last *last, struct vmclock_snapshot *snapshot);

#endif
