/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * civil.h - UTC labels as dates and times of day, in the proleptic Gregorian calendar.
 */
#ifndef VMCLOCK_CIVIL_H
#define VMCLOCK_CIVIL_H

#include <vmclock/leap.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vmclock_civil {
    int64_t year;    /* 0 is 1 BC; an int64_t of seconds reaches -292277022657 to 292277026596 */
    uint8_t month;   /* 1 to 12 */
    uint8_t day;     /* 1 to 31 */
    uint8_t hour;    /* 0 to 23 */
    uint8_t minute;  /* 0 to 59 */
    uint8_t second;  /* 0 to 60; 60 only in 23:59:60 */
    uint64_t frac64; /* 2^-64 s */
};

/*
 * Date and time of day of a UTC label, over all of int64_t. Exact.
 *
 * Returns 0, or VMCLOCK_ERR_CALENDAR with *civil untouched when utc says in_leap_second at a count
 * that is not 23:59:59. Bounded; reentrant.
 */
int vmclock_utc_to_civil(const struct vmclock_utc *utc, struct vmclock_civil *civil);

/*
 * The inverse: the UTC label of a date and time of day.
 *
 * 23:59:60 gives a label with in_leap_second; whether there was such a leap second only
 * a page can tell (vmclock_raw_utc_to_axis, raw.h).
 *
 * Returns 0, or with *utc untouched VMCLOCK_ERR_CALENDAR for a field outside its range, a day that
 * the month does not have or a second 60 elsewhere than in 23:59:60, or VMCLOCK_ERR_RANGE for a
 * year that an int64_t of seconds does not reach; where both apply, either.
 */
int vmclock_civil_to_utc(const struct vmclock_civil *civil, struct vmclock_utc *utc);

#ifdef __cplusplus
}
#endif
#endif
