/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/leap.h>
#include "lib/calendar.h"
#include "lib/listed.h"
#include "lib/time.h"

#define LEAP_REF_MAX_SEC ((uint64_t)INT64_MAX - (UINT64_C(1) << 32))

/* The reference time, before it is known what UTC calls it. */
struct leap_reference {
    int64_t axis_sec;
    int32_t tai_offset_sec; /* TAI - UTC, 0: unknown */
    uint8_t is_tai;         /* the axis is TAI, else UTC */
    uint8_t indicator;
};

/* The first second of the month that lies months after that of date; months is -1 to 2. */
static int64_t leap_month_start_sec(const struct vmclock_calendar_date *date, int months)
{
    int64_t year = date->year;
    int month = (int)date->month + months;

    if (month < 1) {
        month += 12;
        year--;
    } else if (month > 12) {
        month -= 12;
        year++;
    }
    return vmclock_calendar_days(year, (uint32_t)month, 1) * CALENDAR_SEC_PER_DAY;
}

/*
 * For a reference time in 23:59:60: the POSIX count of the midnight after it, and the axis minus
 * POSIX before it. Publishers differ on whether count and offset are already the new ones: the time
 * of day tells, as the leap second ends a day.
 */
static int leap_in_leap_second(const struct leap_reference *ref, int64_t *midnight_sec,
                               int32_t *before_sec)
{
    int32_t base_sec = ref->is_tai ? ref->tai_offset_sec : 0;
    uint32_t sec_of_day;
    int64_t posix_sec = ref->axis_sec - base_sec;

    vmclock_calendar_divide(posix_sec, CALENDAR_SEC_PER_DAY, &sec_of_day);
    if (sec_of_day == 0) { /* still the old offset, or a count that has not stepped back */
        *midnight_sec = posix_sec;
        *before_sec = base_sec;
    } else if (sec_of_day == CALENDAR_SEC_PER_DAY - 1) {
        *midnight_sec = posix_sec + 1;
        *before_sec = base_sec - 1;
    } else {
        return VMCLOCK_ERR_LEAP;
    }
    return 0;
}

/* Where the leap second that the indicator speaks of lies from the month of the reference time. */
struct leap_nearby {
    signed char leap;   /* +1, -1, 0 */
    signed char passed; /* it ended the month before */
};

static int leap_decode_indicator(uint8_t indicator, struct leap_nearby *nearby)
{
    nearby->leap = 0;
    nearby->passed = 0;
    switch (indicator) {
    case VMCLOCK_LEAP_INDICATOR_NONE:
        return 0;
    case VMCLOCK_LEAP_INDICATOR_POST_POS:
        nearby->passed = 1;
        nearby->leap = 1;
        return 0;
    case VMCLOCK_LEAP_INDICATOR_PRE_POS:
    case VMCLOCK_LEAP_INDICATOR_POS:
        nearby->leap = 1;
        return 0;
    case VMCLOCK_LEAP_INDICATOR_POST_NEG:
        nearby->passed = 1;
        nearby->leap = -1;
        return 0;
    case VMCLOCK_LEAP_INDICATOR_PRE_NEG:
        nearby->leap = -1;
        return 0;
    default:
        return VMCLOCK_ERR_LEAP;
    }
}

static void leap_month_of(int64_t posix_sec, struct vmclock_calendar_date *month)
{
    uint32_t sec_of_day;

    vmclock_calendar_date(vmclock_calendar_divide(posix_sec, CALENDAR_SEC_PER_DAY, &sec_of_day),
                          month);
}

/* Fills in the UTC part of the rule. */
static int leap_utc_rule(const struct leap_reference *ref, struct vmclock_leap *rule)
{
    struct vmclock_calendar_date month; /* of the reference time */
    struct leap_nearby nearby;
    int64_t midnight_sec; /* POSIX, the first count after the leap second */
    int32_t before_sec;
    int error = leap_decode_indicator(ref->indicator, &nearby);

    if (error)
        return error;
    if (ref->indicator == VMCLOCK_LEAP_INDICATOR_POS) {
        error = leap_in_leap_second(ref, &midnight_sec, &before_sec);
        if (error)
            return error;
        leap_month_of(midnight_sec - 1, &month);
        if (midnight_sec != leap_month_start_sec(&month, 1))
            return VMCLOCK_ERR_LEAP; /* leap seconds end months */
    } else {
        before_sec = ref->is_tai ? ref->tai_offset_sec : 0;
        leap_month_of(ref->axis_sec - before_sec, &month);
        midnight_sec = leap_month_start_sec(&month, nearby.passed ? 0 : 1);
        if (nearby.passed)
            before_sec -= nearby.leap;
    }
    rule->leap = nearby.leap;
    rule->before_sec = before_sec;
    rule->boundary_sec = midnight_sec + before_sec - (nearby.leap < 0);
    if (ref->indicator == VMCLOCK_LEAP_INDICATOR_PRE_NEG && ref->axis_sec >= rule->boundary_sec)
        return VMCLOCK_ERR_LEAP; /* in the very second that is to be left out */
    rule->known_from_sec = leap_month_start_sec(&month, -1) + before_sec;
    rule->known_until_sec = leap_month_start_sec(&month, 2) - 1 + before_sec + nearby.leap;
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
    rule->leap = rule->utc_error = rule->tai_error = 0;
}

static void leap_set_errors(struct vmclock_leap *rule, int utc_error, int tai_error)
{
    rule->utc_error = (signed char)utc_error;
    rule->tai_error = (signed char)tai_error;
}

int vmclock_leap_rule(const struct vmclock_snapshot *snapshot, struct vmclock_leap *rule)
{
    struct leap_reference ref;
    int utc_error = 0, tai_error = 0;

    if (!(snapshot->have & VMCLOCK_HAVE_CLOCK))
        return VMCLOCK_ERR_NO_CLOCK;
    if (snapshot->time_type > VMCLOCK_TIME_TYPE_MONOTONIC)
        return VMCLOCK_ERR_TIME_TYPE;
    leap_clear(rule);
    if (snapshot->time_type == VMCLOCK_TIME_TYPE_MONOTONIC) {
        leap_set_errors(rule, VMCLOCK_ERR_NO_EPOCH, VMCLOCK_ERR_NO_EPOCH);
        return 0;
    }
    if (snapshot->ref_sec > LEAP_REF_MAX_SEC) {
        leap_set_errors(rule, VMCLOCK_ERR_RANGE, VMCLOCK_ERR_RANGE);
        return 0;
    }
    ref.axis_sec = (int64_t)snapshot->ref_sec;
    ref.is_tai = snapshot->time_type == VMCLOCK_TIME_TYPE_TAI;
    ref.tai_offset_sec = leap_tai_offset_of(snapshot);
    ref.indicator = snapshot->leap_indicator;
    if (ref.tai_offset_sec == 0) {
        /* The axis itself stays what it is: TAI of a TAI page, UTC of a UTC page. */
        utc_error = ref.is_tai ? VMCLOCK_ERR_TAI_OFFSET : 0;
        tai_error = ref.is_tai ? 0 : VMCLOCK_ERR_TAI_OFFSET;
    } else if (!ref.is_tai && ref.indicator == VMCLOCK_LEAP_INDICATOR_POS) {
        tai_error = VMCLOCK_ERR_LEAP; /* nothing tells whether the offset is the old or the new */
    }
    if (!utc_error)
        utc_error = leap_utc_rule(&ref, rule);
    rule->tai_ahead_sec = ref.is_tai ? 0 : ref.tai_offset_sec;
    leap_set_errors(rule, utc_error, tai_error);
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
    if (rule->leap && axis_sec >= rule->boundary_sec)
        *axis_ahead_sec += rule->leap;
    return 0;
}

int vmclock_axis_to_utc(const struct vmclock_leap *rule, const struct vmclock_time *instant,
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

int vmclock_utc_to_axis(const struct vmclock_leap *rule, const struct vmclock_utc *utc,
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

int vmclock_axis_to_tai(const struct vmclock_leap *rule, const struct vmclock_time *instant,
                        struct vmclock_time *tai)
{
    return rule->tai_error ? rule->tai_error : vmclock_time_move(instant, rule->tai_ahead_sec, tai);
}

int vmclock_tai_to_axis(const struct vmclock_leap *rule, const struct vmclock_time *tai,
                        struct vmclock_time *instant)
{
    return rule->tai_error ? rule->tai_error
                           : vmclock_time_move(tai, -rule->tai_ahead_sec, instant);
}

int vmclock_tai_minus_utc(const struct vmclock_leap *rule, const struct vmclock_time *instant,
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
