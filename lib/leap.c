/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/leap.h>
#include <vmclock/raw.h>
#include "lib/calendar.h"
#include "lib/fields.h"
#include "lib/listed.h"
#include "lib/time.h"

#define LEAP_REF_MAX_SEC ((uint64_t)INT64_MAX - (UINT64_C(1) << 32))

/* The first day of a day's month. */
static int64_t leap_month_start(int64_t day)
{
    struct vmclock_calendar_date date;

    vmclock_calendar_date(day, &date);
    return day + 1 - date.day;
}

/* The leap second that an indicator speaks of. */
static const signed char leap_of_indicator[] = {
    [VMCLOCK_LEAP_INDICATOR_NONE] = 0,     [VMCLOCK_LEAP_INDICATOR_PRE_POS] = 1,
    [VMCLOCK_LEAP_INDICATOR_PRE_NEG] = -1, [VMCLOCK_LEAP_INDICATOR_POS] = 1,
    [VMCLOCK_LEAP_INDICATOR_POST_POS] = 1, [VMCLOCK_LEAP_INDICATOR_POST_NEG] = -1,
};

/*
 * Fills in the UTC part of the rule. before_sec: the axis minus POSIX count at the reference time, which is
 * that before the leap second, or after it: see below.
 *
 * For a reference time in 23:59:60 publishers differ on whether count and offset are already the new
 * ones. The time of day tells, as the leap second ends a day: in that day's last second they are the new
 * ones; in the first of the next day the offset is still the old one, or the count has not stepped back.
 */
static int leap_utc_rule(const struct vmclock_snapshot *s, int32_t before_sec,
                         struct vmclock_leap *rule)
{
    const unsigned indicator = s->leap_indicator;
    const int64_t axis_sec = (int64_t)s->ref_sec;
    uint32_t sec_of_day;
    int64_t day = vmclock_calendar_divide(axis_sec - before_sec, CALENDAR_SEC_PER_DAY, &sec_of_day);
    int64_t start, end, midnight; /* days: of the month, and the first after the leap second */
    signed char leap;

    if (indicator >= sizeof leap_of_indicator)
        return VMCLOCK_ERR_LEAP;
    leap = leap_of_indicator[indicator];
    if (indicator == VMCLOCK_LEAP_INDICATOR_POS) {
        if (sec_of_day == 0)
            day--;
        else if (sec_of_day == CALENDAR_SEC_PER_DAY - 1)
            before_sec--;
        else
            return VMCLOCK_ERR_LEAP;
    }
    start = leap_month_start(day);
    midnight = end = leap_month_start(start + 31);
    if (indicator == VMCLOCK_LEAP_INDICATOR_POS && day + 1 != end)
        return VMCLOCK_ERR_LEAP;                        /* leap seconds end months */
    if (indicator >= VMCLOCK_LEAP_INDICATOR_POST_POS) { /* it ended the month before */
        midnight = start;
        before_sec -= leap;
    }
    rule->leap = leap;
    rule->before_sec = before_sec;
    rule->boundary_sec = midnight * CALENDAR_SEC_PER_DAY + before_sec - (leap < 0);
    if (indicator == VMCLOCK_LEAP_INDICATOR_PRE_NEG && axis_sec >= rule->boundary_sec)
        return VMCLOCK_ERR_LEAP; /* in the very second that is to be left out */
    rule->known_from_sec = leap_month_start(start - 1) * CALENDAR_SEC_PER_DAY + before_sec;
    rule->known_until_sec =
        leap_month_start(end + 31) * CALENDAR_SEC_PER_DAY - 1 + before_sec + leap;
    return 0;
}

/* TAI minus UTC at the reference time, 0 if it is not known. */
static int32_t leap_tai_offset_of(const struct vmclock_snapshot *s)
{
    int32_t offset_sec = s->tai_offset_sec < 0 ? -s->tai_offset_sec : s->tai_offset_sec;

    if (!(s->have & VMCLOCK_HAVE_TAI_OFFSET) || offset_sec < VMCLOCK_TAI_OFFSET_MIN_SEC)
        return 0;
    return offset_sec;
}

LISTED(struct vmclock_leap, 35);

/* Where nothing is known the members have no meaning, but a value: some copy or compare all of them. */
static void leap_clear(struct vmclock_leap *rule)
{
    rule->known_from_sec = rule->known_until_sec = rule->boundary_sec = 0;
    rule->before_sec = rule->tai_ahead_sec = 0;
    rule->leap = 0;
}

VMCLOCK_STATIC_ASSERT(FIELDS_TIME_TYPES == 0x1fu, "one with an epoch that is not TAI is UTC");

/* The rule of a page whose axis has an epoch; returns why UTC is not known, and sets why TAI is not. */
static int leap_rule_of(const struct vmclock_snapshot *s, struct vmclock_leap *rule, int *tai_error)
{
    const int32_t tai_offset_sec = leap_tai_offset_of(s);

    if (s->time_type == VMCLOCK_TIME_TYPE_TAI)
        /* The axis itself stays what it is: TAI of a TAI page, UTC of a UTC page. */
        return tai_offset_sec ? leap_utc_rule(s, tai_offset_sec, rule) : VMCLOCK_ERR_TAI_OFFSET;
    rule->tai_ahead_sec = tai_offset_sec;
    if (!tai_offset_sec)
        *tai_error = VMCLOCK_ERR_TAI_OFFSET;
    else if (s->leap_indicator == VMCLOCK_LEAP_INDICATOR_POS)
        *tai_error = VMCLOCK_ERR_LEAP; /* nothing tells whether the offset is the old or the new */
    return leap_utc_rule(s, 0, rule);
}

int vmclock_leap_rule(const struct vmclock_snapshot *snapshot, struct vmclock_leap *rule)
{
    int utc_error, tai_error = 0;

    if (!(snapshot->have & VMCLOCK_HAVE_CLOCK))
        return VMCLOCK_ERR_NO_CLOCK;
    if (!fields_is_time_type(snapshot->time_type))
        return VMCLOCK_ERR_TIME_TYPE;
    leap_clear(rule);
    if (snapshot->time_type == VMCLOCK_TIME_TYPE_MONOTONIC)
        utc_error = tai_error = VMCLOCK_ERR_NO_EPOCH;
    else if (snapshot->ref_sec > LEAP_REF_MAX_SEC)
        utc_error = tai_error = VMCLOCK_ERR_RANGE;
    else
        utc_error = leap_rule_of(snapshot, rule, &tai_error);
    rule->utc_error = (signed char)utc_error;
    rule->tai_error = (signed char)tai_error;
    return 0;
}

/* Axis minus POSIX count in a second of the axis. */
static int leap_label_of(const struct vmclock_leap *rule, int64_t axis_sec, int32_t *axis_ahead_sec)
{
    if (rule->utc_error)
        return rule->utc_error;
    if (axis_sec < rule->known_from_sec || axis_sec >= rule->known_until_sec)
        return VMCLOCK_ERR_LEAP_HORIZON;
    *axis_ahead_sec = rule->before_sec;
    if (axis_sec >= rule->boundary_sec)
        *axis_ahead_sec += rule->leap; /* 0 where the boundary means nothing */
    return 0;
}

int vmclock_raw_axis_to_utc(const struct vmclock_leap *rule, const struct vmclock_time *instant,
                            struct vmclock_utc *utc)
{
    int32_t axis_ahead_sec =
        0; /* set where leap_label_of is 0, which not every level of gcc sees */
    int error = leap_label_of(rule, instant->sec, &axis_ahead_sec);

    if (error)
        return error;
    utc->posix_sec = instant->sec - axis_ahead_sec;
    utc->frac64 = instant->frac64;
    utc->in_leap_second = rule->leap > 0 && instant->sec == rule->boundary_sec;
    return 0;
}

int vmclock_raw_utc_to_axis(const struct vmclock_leap *rule, const struct vmclock_utc *utc,
                            struct vmclock_time *instant)
{
    int64_t posix_sec = utc->posix_sec, midnight_sec;
    int32_t axis_ahead_sec;

    if (rule->utc_error)
        return rule->utc_error;
    if (posix_sec < rule->known_from_sec - rule->before_sec ||
        posix_sec >= rule->known_until_sec - rule->before_sec - rule->leap)
        return VMCLOCK_ERR_LEAP_HORIZON;
    axis_ahead_sec = rule->before_sec;
    /* The first count after the leap second. */
    midnight_sec = rule->boundary_sec - rule->before_sec + (rule->leap < 0);
    if (utc->in_leap_second) {
        if (rule->leap <= 0 || posix_sec != midnight_sec - 1)
            return VMCLOCK_ERR_CALENDAR;
        axis_ahead_sec++;
    } else if (rule->leap && posix_sec >= midnight_sec) {
        axis_ahead_sec += rule->leap;
    } else if (rule->leap < 0 && posix_sec == midnight_sec - 1) {
        return VMCLOCK_ERR_CALENDAR;
    }
    instant->sec = posix_sec + axis_ahead_sec;
    instant->frac64 = utc->frac64;
    return 0;
}

int vmclock_raw_axis_to_tai(const struct vmclock_leap *rule, const struct vmclock_time *instant,
                            struct vmclock_time *tai)
{
    return rule->tai_error ? rule->tai_error : vmclock_time_move(instant, rule->tai_ahead_sec, tai);
}

int vmclock_raw_tai_to_axis(const struct vmclock_leap *rule, const struct vmclock_time *tai,
                            struct vmclock_time *instant)
{
    return rule->tai_error ? rule->tai_error
                           : vmclock_time_move(tai, -rule->tai_ahead_sec, instant);
}

int vmclock_raw_tai_minus_utc(const struct vmclock_leap *rule, const struct vmclock_time *instant,
                              int32_t *offset_sec)
{
    int32_t axis_ahead_sec =
        0; /* set where leap_label_of is 0, which not every level of gcc sees */
    int error = leap_label_of(rule, instant->sec, &axis_ahead_sec);

    if (error)
        return error;
    if (rule->tai_error)
        return rule->tai_error;
    *offset_sec = rule->tai_ahead_sec + axis_ahead_sec;
    return 0;
}
