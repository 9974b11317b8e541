/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/clamp.h>
#include <vmclock/error.h>
#include "lib/clamp.h"
#include "lib/steer.h"

#ifdef VMCLOCK_ARCH_HAVE_SWAP

static int clamp_steer_once(struct vmclock_clamp *clamp, const struct vmclock_steer *steer,
                            uint32_t tries, struct vmclock_utc_reading *utc)
{
    struct steered_try got;
    struct clamp_span span;
    uint32_t count;
    uint8_t clamped;
    int error = vmclock_clamp_open(clamp, tries, &count);

    if (!error)
        error = vmclock_steered_try(steer, tries, &got);
    if (error)
        return error;
    span.disruption_marker = got.page.disruption_marker;
    span.epoch = got.epoch;
    span.time_type = got.time_type;
    error = vmclock_clamp_close(clamp, count, tries, &span, &got.now.time, &clamped);
    if (error)
        return error;
    vmclock_steered_set_utc(&got, utc);
    utc->clamped = clamped;
    return 0;
}

int vmclock_clamp_steer_utc_now(struct vmclock_clamp *clamp, const struct vmclock_steer *steer,
                                struct vmclock_utc_reading *now)
{
    int error = VMCLOCK_ERR_BUSY;

    for (unsigned round = 0; error == VMCLOCK_ERR_BUSY && round < CLAMP_ROUNDS; round++)
        error = clamp_steer_once(clamp, steer, steer->clk->max_tries, now);
    return error;
}

int vmclock_clamp_steer_try_utc_now(struct vmclock_clamp *clamp, const struct vmclock_steer *steer,
                                    struct vmclock_utc_reading *now)
{
    return clamp_steer_once(clamp, steer, 1, now);
}

#endif
