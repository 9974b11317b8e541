/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Years are counted from March, so that the leap day is a year's last; then the months before
 * month m (March is 0) have (153 m + 2) / 5 days. An era is the 400 years after which the calendar
 * repeats.
 */
#include "lib/calendar.h"
#include "lib/wide.h"

#define CALENDAR_DAYS_PER_ERA 146097u
#define CALENDAR_YEARS_PER_ERA 400u
#define CALENDAR_DAYS_0000_03_01_TO_1970 719468

int64_t vmclock_calendar_divide(int64_t n, uint32_t divisor, uint32_t *remainder)
{
    uint64_t quotient;

    if (n >= 0)
        return (int64_t)wide_divide((uint64_t)n, divisor, remainder);
    quotient = wide_divide(~(uint64_t)n, divisor, remainder); /* of -1 - n */
    *remainder = divisor - 1 - *remainder;
    return (int64_t)~quotient;
}

static uint32_t calendar_divide(uint32_t n, uint32_t divisor, uint32_t *remainder)
{
    return (uint32_t)wide_divide(n, divisor, remainder);
}

/* In quarters of days, of which each century, and in it each year, has a whole number on the average. */
void vmclock_calendar_date(int64_t days, struct vmclock_calendar_date *date)
{
    uint32_t day_of_era, rest;
    int64_t era = vmclock_calendar_divide(days + CALENDAR_DAYS_0000_03_01_TO_1970,
                                          CALENDAR_DAYS_PER_ERA, &day_of_era);
    uint32_t year = 100 * calendar_divide(4 * day_of_era + 3, CALENDAR_DAYS_PER_ERA, &rest);
    uint32_t month;

    year += calendar_divide(rest | 3, 1461, &rest);
    month = calendar_divide(5 * (rest / 4) + 2, 153, &rest);
    date->day = calendar_divide(rest, 5, &rest) + 1;
    date->month = month < 10 ? month + 3 : month - 9;
    date->year = era * CALENDAR_YEARS_PER_ERA + year + (month >= 10);
}

int64_t vmclock_calendar_days(int64_t year, uint32_t month, uint32_t day)
{
    uint32_t from_march = month > 2 ? month - 3 : month + 9;
    uint32_t year_of_era, rest;
    int64_t era =
        vmclock_calendar_divide(year - (month <= 2), CALENDAR_YEARS_PER_ERA, &year_of_era);
    uint32_t day_of_year = calendar_divide(153 * from_march + 2, 5, &rest) + day - 1;
    uint32_t day_of_era = 365 * year_of_era + year_of_era / 4 -
                          calendar_divide(year_of_era, 100, &rest) + day_of_year;

    return era * CALENDAR_DAYS_PER_ERA + day_of_era - CALENDAR_DAYS_0000_03_01_TO_1970;
}
