/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/clock.h>
#include <vmclock/error.h>
#include <vmclock/utc.h>
#include "lib/estimate.h"
#include "lib/wide.h"

#define ESTIMATE_SEC_MAX ((uint64_t)INT64_MAX / WIDE_NS_PER_SEC)

/* A fraction of a second in ns, rounded up: up to 10^9. */
static uint64_t estimate_fraction_ns(const struct wide *of)
{
    uint64_t low, rest;
    uint64_t ns = wide_multiply(of->frac, WIDE_NS_PER_SEC, &low);
    uint64_t carry = wide_multiply(of->guard, WIDE_NS_PER_SEC, &rest);

    low += carry;
    return ns + (low < carry) + ((low | rest) != 0);
}

static int estimate_ns_at(const struct vmclock_estimate *estimate, uint64_t counter, int64_t *ns)
{
    uint64_t ticks = counter - estimate->ref_counter, lost, sum;
    struct wide growth;

    if (!estimate->known)
        return VMCLOCK_ERR_ESTIMATE;
    if (ticks >> 63)
        ticks = 0 - ticks;
    lost = wide_from_ticks(ticks, estimate->rate_frac, estimate->rate_shift, &growth);
    wide_add_guard(&growth, lost);
    if (estimate->error_ns > INT64_MAX || growth.sec > ESTIMATE_SEC_MAX)
        return VMCLOCK_ERR_RANGE;
    sum = estimate->error_ns + growth.sec * WIDE_NS_PER_SEC + estimate_fraction_ns(&growth);
    if (sum > INT64_MAX)
        return VMCLOCK_ERR_RANGE;
    *ns = (int64_t)sum;
    return 0;
}

void vmclock_estimate_add(struct vmclock_estimate *estimate, const struct vmclock_time *of,
                          const struct vmclock_time *shown)
{
    int ahead = vmclock_time_compare(shown, of) > 0;
    struct vmclock_time off;
    int64_t off_ns;
    int error = vmclock_time_subtract(ahead ? shown : of, ahead ? of : shown, &off);

    if (!error)
        error = vmclock_time_to_ns_ceil(&off, &off_ns);
    if (error || estimate->error_ns > INT64_MAX)
        estimate->error_ns = UINT64_MAX; /* more than there is a number for */
    else
        estimate->error_ns += (uint64_t)off_ns;
}

int vmclock_estimate_at(const struct vmclock_snapshot *snapshot, uint64_t counter,
                        int64_t *estimate_ns)
{
    struct vmclock_estimate estimate;
    int error = vmclock_check(snapshot);

    if (error)
        return error;
    estimate_set(snapshot, &estimate);
    return estimate_ns_at(&estimate, counter, estimate_ns);
}

int vmclock_utc_estimate_ns(const struct vmclock_utc_reading *now, int64_t *estimate_ns)
{
    return estimate_ns_at(&now->estimate, now->counter, estimate_ns);
}
