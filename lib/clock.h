/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - the conversion, for other files of the library.
 */
#ifndef VMCLOCK_LIB_CLOCK_H
#define VMCLOCK_LIB_CLOCK_H

#include <vmclock/clock.h>
#include "lib/wide.h"

/*
 * vmclock_at with an age limit: VMCLOCK_ERR_STALE, with *reading untouched, when the age is not in
 * [-max_age_sec, max_age_sec). 0 is no limit.
 */
int vmclock_at_limited(const struct vmclock_snapshot *snapshot, uint64_t counter,
                       uint64_t max_age_sec, struct vmclock_reading *reading);

static WIDE_INLINE int clock_has(const struct vmclock_snapshot *s, unsigned bits)
{
    return (s->have & bits) == bits;
}

/* The disruption that flags of the page announce. */
static WIDE_INLINE uint8_t clock_disruption(uint64_t flags)
{
    if (flags & VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT)
        return VMCLOCK_DISRUPTION_IMMINENT;
    if (flags & VMCLOCK_PAGE_FLAG_DISRUPTION_SOON)
        return VMCLOCK_DISRUPTION_SOON;
    return VMCLOCK_DISRUPTION_NONE;
}

#endif
