/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * estimate.h - what a snapshot says of the publisher's estimated error, for other files of the library.
 */
#ifndef VMCLOCK_LIB_ESTIMATE_H
#define VMCLOCK_LIB_ESTIMATE_H

#include <vmclock/clock.h>
#include "lib/clock.h"
#include "lib/listed.h"

LISTED(struct vmclock_estimate, 26);

/* It stays the same from update to update, so that quick readers need not touch it. */
static WIDE_INLINE void estimate_set(const struct vmclock_snapshot *s,
                                     struct vmclock_estimate *estimate)
{
    estimate->ref_counter = s->ref_counter;
    estimate->error_ns = s->esterror_ns;
    estimate->rate_frac = s->period_esterror_frac;
    estimate->rate_shift = s->period_shift;
    estimate->known = (uint8_t)clock_has(s, VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_ESTERROR);
}

/* Adds how far a time that is shown is from the one that the estimate is of. */
void vmclock_estimate_add(struct vmclock_estimate *estimate, const struct vmclock_time *of,
                          const struct vmclock_time *shown);

#endif
