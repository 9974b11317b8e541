/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timespec.h - from 2^-64 s to nanoseconds. Room-private.
 */
#ifndef VMCLOCK_BOOT_BARE_NEWLIB_TIMESPEC_H
#define VMCLOCK_BOOT_BARE_NEWLIB_TIMESPEC_H

#include <time.h>
#include <vmclock/error.h>
#include <vmclock/time.h>

/* Rounded down, or up with ceiling, to 1 ns. Returns 0, or VMCLOCK_ERR_RANGE with *to untouched. */
static inline int timespec_from(const struct vmclock_time *from, int ceiling, struct timespec *to)
{
    const uint32_t per_sec = 1000000000;
    const uint64_t low = (from->frac64 & 0xffffffff) * per_sec;
    const uint64_t high = (from->frac64 >> 32) * per_sec + (low >> 32);
    const uint64_t rest = (high & 0xffffffff) | (low & 0xffffffff);
    uint64_t ns = (high >> 32) + (ceiling && rest ? 1 : 0);
    int64_t sec = from->sec;

    if (ns == per_sec) {
        if (sec == INT64_MAX)
            return VMCLOCK_ERR_RANGE;
        sec++;
        ns = 0;
    }
    to->tv_sec = (time_t)sec;
    to->tv_nsec = (long)ns;
    return 0;
}

#endif
