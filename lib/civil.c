/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/civil.h>
#include <vmclock/error.h>
#include "lib/calendar.h"
#include "lib/wide.h"

#define CIVIL_LAST_SEC_OF_DAY (CALENDAR_SEC_PER_DAY - 1)

/* A day's count of seconds as a time of day. */
static void civil_set_time_of_day(uint32_t sec_of_day, struct vmclock_civil *civil)
{
    uint32_t minutes, second, hour, minute;

    minutes = (uint32_t)wide_divide(sec_of_day, 60, &second);
    hour = (uint32_t)wide_divide(minutes, 60, &minute);
    civil->hour = (uint8_t)hour;
    civil->minute = (uint8_t)minute;
    civil->second = (uint8_t)second;
}

int vmclock_utc_to_civil(const struct vmclock_utc *utc, struct vmclock_civil *civil)
{
    struct vmclock_calendar_date date;
    uint32_t sec_of_day;
    int64_t days = vmclock_calendar_divide(utc->posix_sec, CALENDAR_SEC_PER_DAY, &sec_of_day);

    if (utc->in_leap_second && sec_of_day != CIVIL_LAST_SEC_OF_DAY)
        return VMCLOCK_ERR_CALENDAR;
    vmclock_calendar_date(days, &date);
    civil->year = date.year;
    civil->month = (uint8_t)date.month;
    civil->day = (uint8_t)date.day;
    civil_set_time_of_day(sec_of_day, civil);
    civil->second = (uint8_t)(civil->second + (utc->in_leap_second != 0));
    civil->frac64 = utc->frac64;
    return 0;
}

/* The day number of a date that exists, else VMCLOCK_ERR_CALENDAR. */
static int civil_days_of(const struct vmclock_civil *civil, int64_t *days)
{
    struct vmclock_calendar_date date;

    if (civil->month < 1 || civil->month > 12 || civil->day < 1 || civil->day > 31)
        return VMCLOCK_ERR_CALENDAR;
    *days = vmclock_calendar_days(civil->year, civil->month, civil->day);
    vmclock_calendar_date(*days, &date); /* another date, if the month has no such day */
    return date.day == civil->day ? 0 : VMCLOCK_ERR_CALENDAR;
}

int vmclock_civil_to_utc(const struct vmclock_civil *civil, struct vmclock_utc *utc)
{
    const int64_t last_year = INT64_C(292277026596), last_day = INT64_MAX / CALENDAR_SEC_PER_DAY;
    int leap = civil->second == 60;
    int64_t days, sec_of_day, posix_sec;
    int error;

    if (civil->hour > 23 || civil->minute > 59 || civil->second > 60 ||
        (leap && (civil->hour != 23 || civil->minute != 59)))
        return VMCLOCK_ERR_CALENDAR;
    if (civil->year > last_year || civil->year < -last_year)
        return VMCLOCK_ERR_RANGE;
    error = civil_days_of(civil, &days);
    if (error)
        return error;
    sec_of_day = civil->hour * 3600 + civil->minute * 60 + civil->second - leap;
    if (days > last_day || days < -last_day - 1)
        return VMCLOCK_ERR_RANGE;
    if (days < 0) { /* from the midnight after it, which fits, downwards */
        posix_sec = (days + 1) * CALENDAR_SEC_PER_DAY;
        sec_of_day -= CALENDAR_SEC_PER_DAY;
        if (posix_sec < INT64_MIN - sec_of_day)
            return VMCLOCK_ERR_RANGE;
    } else {
        posix_sec = days * CALENDAR_SEC_PER_DAY;
        if (posix_sec > INT64_MAX - sec_of_day)
            return VMCLOCK_ERR_RANGE;
    }
    utc->posix_sec = posix_sec + sec_of_day;
    utc->frac64 = civil->frac64;
    utc->in_leap_second = (uint8_t)leap;
    return 0;
}
