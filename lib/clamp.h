/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clamp.h - what the clamps of handles and of steered clocks share.
 *
 * The latest time is one word, which grows by compare and swap: so a handler may interrupt anybody
 * anywhere. What it is the latest of is beside it in its slot, and never changes under those who use
 * the slot: another marker or epoch takes the other slot, and the count says which is the present one.
 */
#ifndef VMCLOCK_LIB_CLAMP_H
#define VMCLOCK_LIB_CLAMP_H

#include <vmclock/clamp.h>
#include "arch/arch.h"

#define CLAMP_ROUNDS 4 /* readings; another is taken when a slot was begun during one */

/* Within which times do not step back. */
struct clamp_span {
    uint64_t disruption_marker;
    uint32_t epoch;
    uint8_t time_type;
};

/* The count before a reading is taken. Returns 0, or BUSY when it is odd in each of so many tries. */
int vmclock_clamp_open(const struct vmclock_clamp *clamp, uint32_t tries, uint32_t *count);

/*
 * Moves the time to the latest, or the latest to it.
 *
 * Returns 0, or with *time untouched TOO_FAR or RANGE, or BUSY where the count is no longer the one before
 * the reading, or others raised the latest in each of so many tries.
 */
int vmclock_clamp_close(struct vmclock_clamp *clamp, uint32_t count, uint32_t tries,
                        const struct clamp_span *span, struct vmclock_time *time, uint8_t *clamped);

#endif
