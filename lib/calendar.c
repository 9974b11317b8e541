/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Years are counted from March, so that the leap day is a year's last; then the months before
 * month m (March is 0) have (153 m + 2) / 5 days. An era is the 400 years after which the calendar
 * repeats. Quotients that are wanted with their remainders are binary fractions: whole and part of a
 * product with 2^n / divisor, as far as a year or a century reaches.
 */
#include "lib/calendar.h"
#include "lib/wide.h"

#define CALENDAR_DAYS_PER_ERA 146097u
#define CALENDAR_YEARS_PER_ERA 400u
#define CALENDAR_DAYS_0000_03_01_TO_1970 719468
#define CALENDAR_2_32_BY_1461 2939745u /* rounded up */

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

void vmclock_calendar_date(int64_t days, struct vmclock_calendar_date *date)
{
    uint32_t day_of_era, rest;
    int64_t era = vmclock_calendar_divide(days + CALENDAR_DAYS_0000_03_01_TO_1970,
                                          CALENDAR_DAYS_PER_ERA, &day_of_era);
    /* In quarters of days, of which each century, and in it each year, has a whole number on the average. */
    uint32_t century = calendar_divide(4 * day_of_era + 3, CALENDAR_DAYS_PER_ERA, &rest);
    uint64_t years = (uint64_t)(rest | 3) * CALENDAR_2_32_BY_1461;
    uint32_t day_of_year = calendar_divide((uint32_t)years, 4 * CALENDAR_2_32_BY_1461, &rest);
    /* 2^16 / (153 / 5) a day; March is 3, and January and February are 13 and 14. */
    uint32_t months = 2141 * day_of_year + 197913;
    uint32_t after_december = day_of_year >= 306;

    uint32_t year = 100 * century + (uint32_t)(years >> 32) + after_december; /* of the era */

    date->day = calendar_divide(months & 0xffff, 2141, &rest) + 1;
    date->month = (months >> 16) - 12 * after_december;
    date->year = era * CALENDAR_YEARS_PER_ERA + year;
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
