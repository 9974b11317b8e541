/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calendar.h - internal: days and dates of the proleptic Gregorian calendar.
 */
#ifndef VMCLOCK_LIB_CALENDAR_H
#define VMCLOCK_LIB_CALENDAR_H

#include <vmclock/types.h>

#define CALENDAR_SEC_PER_DAY 86400

struct vmclock_calendar_date {
    int64_t year;
    uint32_t month; /* 1 to 12 */
    uint32_t day;   /* 1 to 31 */
};

/* The quotient rounded towards minus infinity, and the remainder, which is not negative. */
int64_t vmclock_calendar_divide(int64_t n, uint32_t divisor, uint32_t *remainder);

/* The date of a day; 0 is 1970-01-01. For |days| < 2^50. */
void vmclock_calendar_date(int64_t days, struct vmclock_calendar_date *date);

/* The inverse, for |year| < 2^40. A day that the month does not have counts into the next month. */
int64_t vmclock_calendar_days(int64_t year, uint32_t month, uint32_t day);

#endif
