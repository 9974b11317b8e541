/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/time.h>
#include "lib/time.h"
#include "lib/wide.h"

int vmclock_time_compare(const struct vmclock_time *a, const struct vmclock_time *b)
{
    if (a->sec != b->sec)
        return a->sec < b->sec ? -1 : 1;
    return (a->frac64 > b->frac64) - (a->frac64 < b->frac64);
}

int vmclock_time_add(const struct vmclock_time *a, const struct vmclock_time *b,
                     struct vmclock_time *sum)
{
    uint64_t frac = a->frac64 + b->frac64;
    uint64_t sec = (uint64_t)a->sec + (uint64_t)b->sec + (frac < b->frac64);

    /* Out of range if both have one sign and the sum the other. The carry keeps that true: it
     * moves -1 to 0 only between operands of different signs. */
    if ((((uint64_t)a->sec ^ sec) & ((uint64_t)b->sec ^ sec)) >> 63)
        return VMCLOCK_ERR_RANGE;
    sum->sec = (int64_t)sec;
    sum->frac64 = frac;
    return 0;
}

int vmclock_time_move(const struct vmclock_time *from, int64_t add_sec, struct vmclock_time *to)
{
    int64_t sec;

    if (__builtin_add_overflow(from->sec, add_sec, &sec))
        return VMCLOCK_ERR_RANGE;
    to->sec = sec;
    to->frac64 = from->frac64;
    return 0;
}

int vmclock_time_subtract(const struct vmclock_time *a, const struct vmclock_time *b,
                          struct vmclock_time *difference)
{
    uint64_t frac = a->frac64 - b->frac64;
    uint64_t sec = (uint64_t)a->sec - (uint64_t)b->sec - (a->frac64 < b->frac64);

    /* Out of range if the signs differ and the difference has that of b. */
    if ((((uint64_t)a->sec ^ (uint64_t)b->sec) & ((uint64_t)a->sec ^ sec)) >> 63)
        return VMCLOCK_ERR_RANGE;
    difference->sec = (int64_t)sec;
    difference->frac64 = frac;
    return 0;
}

/* sec seconds and fraction_ns (0 to 10^9) nanoseconds. */
static int time_to_ns(int64_t sec, int64_t fraction_ns, int64_t *ns)
{
    const int64_t limit_sec = INT64_MAX / 1000 / 1000 / 1000;
    int64_t whole_ns;

    if (sec < -limit_sec - 1 || sec > limit_sec)
        return VMCLOCK_ERR_RANGE;
    if (sec >= 0) {
        whole_ns = sec * WIDE_NS_PER_SEC;
        if (whole_ns > INT64_MAX - fraction_ns)
            return VMCLOCK_ERR_RANGE;
    } else { /* from the second above, which fits, downwards */
        whole_ns = (sec + 1) * WIDE_NS_PER_SEC;
        fraction_ns -= WIDE_NS_PER_SEC;
        if (whole_ns < INT64_MIN - fraction_ns)
            return VMCLOCK_ERR_RANGE;
    }
    *ns = whole_ns + fraction_ns;
    return 0;
}

int vmclock_time_to_ns_floor(const struct vmclock_time *time, int64_t *ns)
{
    uint64_t below;

    return time_to_ns(time->sec, (int64_t)wide_multiply(time->frac64, WIDE_NS_PER_SEC, &below), ns);
}

int vmclock_time_to_ns_ceil(const struct vmclock_time *time, int64_t *ns)
{
    uint64_t below;
    int64_t fraction_ns = (int64_t)wide_multiply(time->frac64, WIDE_NS_PER_SEC, &below);

    return time_to_ns(time->sec, fraction_ns + (below != 0), ns);
}

void vmclock_time_from_ns(int64_t ns, struct vmclock_time *time)
{
    /* Towards minus infinity: -1 - m for m = -1 - ns, which is not negative. */
    uint64_t magnitude = ns < 0 ? ~(uint64_t)ns : (uint64_t)ns;
    uint64_t sec = wide_divide_by_1e9(magnitude);
    uint64_t rest = magnitude - sec * WIDE_NS_PER_SEC;

    if (ns < 0) {
        sec = ~sec;
        rest = WIDE_NS_PER_SEC - 1 - rest;
    }
    /* 2^64 = 18446744073 * 10^9 + 709551616 */
    time->sec = (int64_t)sec;
    time->frac64 = rest * UINT64_C(18446744073) + wide_divide_by_1e9(rest * 709551616u);
}
