/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - an instant, or a difference of instants, to 2^-64 s.
 */
#ifndef VMCLOCK_TIME_H
#define VMCLOCK_TIME_H

#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * sec + frac64 * 2^-64 s. The fraction counts upwards also when sec is negative: -0.25 s is
 * {-1, 0xc000000000000000}. Which axis an instant lies on is said wherever one is returned.
 */
struct vmclock_time {
    int64_t sec;
    uint64_t frac64;
};

/* Negative, 0 or positive, as a is before, at or after b. Both not null. Cannot fail. */
int vmclock_time_compare(const struct vmclock_time *a, const struct vmclock_time *b);

/*
 * sum = a + b, exactly.
 *
 * sum may be a or b. Returns 0, or VMCLOCK_ERR_RANGE with sum untouched.
 */
int vmclock_time_add(const struct vmclock_time *a, const struct vmclock_time *b,
                     struct vmclock_time *sum);

/*
 * difference = a - b, exactly.
 *
 * difference may be a or b. Returns 0, or VMCLOCK_ERR_RANGE with difference untouched.
 */
int vmclock_time_subtract(const struct vmclock_time *a, const struct vmclock_time *b,
                          struct vmclock_time *difference);

/*
 * Nanoseconds, rounded towards minus infinity (_floor) or plus infinity (_ceil): use _floor for
 * the earliest and _ceil for the latest end of an interval, so that it never shrinks.
 *
 * Returns 0, or VMCLOCK_ERR_RANGE with *ns untouched when the result does not fit: an int64_t
 * holds 1677-09-21 to 2262-04-11.
 */
int vmclock_time_to_ns_floor(const struct vmclock_time *time, int64_t *ns);
int vmclock_time_to_ns_ceil(const struct vmclock_time *time, int64_t *ns);

/* The instant ns nanoseconds after zero, rounded towards minus infinity to 2^-64 s. Cannot fail. */
void vmclock_time_from_ns(int64_t ns, struct vmclock_time *time);

#ifdef __cplusplus
}
#endif
#endif
