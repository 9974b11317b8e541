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

/* The month of the reference time. */
struct leap_month {
    struct vmclock_calendar_date date; /* some day of it */
    int64_t start_sec, end_sec;        /* POSIX */
};

/* A month's seconds: from the one before that of the date to the one after it, 0 and 13 where they lie
 * in another year. */
static int64_t leap_month_sec(const struct vmclock_calendar_date *date, unsigned month)
{
    const unsigned of_31_days = 0x35ab; /* bits 0, 1, 3, 5, 7, 8, 10, 12 and 13 */
    uint32_t of_century, days = 30 + (of_31_days >> month & 1);

    if (month == 2) { /* a leap year is one in 4, of those that 25 divides one in 16 */
        (void)vmclock_calendar_divide(date->year, 25, &of_century);
        days = 28 + !(date->year & (of_century ? 3 : 15));
    }
    return (int64_t)days * CALENDAR_SEC_PER_DAY;
}

static void leap_month_of(int64_t posix_sec, struct leap_month *month)
{
    uint32_t sec_of_day;
    int64_t days = vmclock_calendar_divide(posix_sec, CALENDAR_SEC_PER_DAY, &sec_of_day);

    vmclock_calendar_date(days, &month->date);
    month->start_sec = (days + 1 - month->date.day) * CALENDAR_SEC_PER_DAY;
    month->end_sec = month->start_sec + leap_month_sec(&month->date, month->date.month);
}

/*
 * For a reference time in 23:59:60: the POSIX count of the midnight after it, and the axis minus
 * POSIX before it, which is given as if they did not differ. Publishers differ on whether count and offset are already the new ones: the time
 * of day tells, as the leap second ends a day.
 */
static int leap_in_leap_second(const struct leap_reference *ref, int64_t *midnight_sec,
                               int32_t *before_sec)
{
    uint32_t sec_of_day;
    int64_t posix_sec = ref->axis_sec - *before_sec;

    vmclock_calendar_divide(posix_sec, CALENDAR_SEC_PER_DAY, &sec_of_day);
    if (sec_of_day == 0) { /* still the old offset, or a count that has not stepped back */
        *midnight_sec = posix_sec;
    } else if (sec_of_day == CALENDAR_SEC_PER_DAY - 1) {
        *midnight_sec = posix_sec + 1;
        *before_sec -= 1;
    } else {
        return VMCLOCK_ERR_LEAP;
    }
    return 0;
}

/* The leap second that an indicator speaks of. */
static const signed char leap_of_indicator[] = {
    [VMCLOCK_LEAP_INDICATOR_NONE] = 0,     [VMCLOCK_LEAP_INDICATOR_PRE_POS] = 1,
    [VMCLOCK_LEAP_INDICATOR_PRE_NEG] = -1, [VMCLOCK_LEAP_INDICATOR_POS] = 1,
    [VMCLOCK_LEAP_INDICATOR_POST_POS] = 1, [VMCLOCK_LEAP_INDICATOR_POST_NEG] = -1,
};

/* Fills in the UTC part of the rule. */
static int leap_utc_rule(const struct leap_reference *ref, struct vmclock_leap *rule)
{
    struct leap_month month;
    int64_t midnight_sec; /* POSIX, the first count after the leap second */
    int32_t before_sec = ref->is_tai ? ref->tai_offset_sec : 0;
    signed char leap;
    int error;

    if (ref->indicator >= sizeof leap_of_indicator)
        return VMCLOCK_ERR_LEAP;
    leap = leap_of_indicator[ref->indicator];
    if (ref->indicator == VMCLOCK_LEAP_INDICATOR_POS) {
        error = leap_in_leap_second(ref, &midnight_sec, &before_sec);
        if (error)
            return error;
        leap_month_of(midnight_sec - 1, &month);
        if (midnight_sec != month.end_sec)
            return VMCLOCK_ERR_LEAP; /* leap seconds end months */
    } else {
        leap_month_of(ref->axis_sec - before_sec, &month);
        midnight_sec = month.end_sec;
        if (ref->indicator >= VMCLOCK_LEAP_INDICATOR_POST_POS) { /* it ended the month before */
            midnight_sec = month.start_sec;
            before_sec -= leap;
        }
    }
    rule->leap = leap;
    rule->before_sec = before_sec;
    rule->boundary_sec = midnight_sec + before_sec - (leap < 0);
    if (ref->indicator == VMCLOCK_LEAP_INDICATOR_PRE_NEG && ref->axis_sec >= rule->boundary_sec)
        return VMCLOCK_ERR_LEAP; /* in the very second that is to be left out */
    rule->known_from_sec =
        month.start_sec - leap_month_sec(&month.date, month.date.month - 1) + before_sec;
    rule->known_until_sec =
        month.end_sec + leap_month_sec(&month.date, month.date.month + 1) - 1 + before_sec + leap;
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

/* The rule of a page whose axis has an epoch; returns why UTC is not known, and sets why TAI is not. */
static int leap_rule_of(const struct vmclock_snapshot *s, struct vmclock_leap *rule, int *tai_error)
{
    struct leap_reference ref;

    ref.axis_sec = (int64_t)s->ref_sec;
    ref.is_tai = s->time_type == VMCLOCK_TIME_TYPE_TAI;
    ref.tai_offset_sec = leap_tai_offset_of(s);
    ref.indicator = s->leap_indicator;
    rule->tai_ahead_sec = ref.is_tai ? 0 : ref.tai_offset_sec;
    if (ref.tai_offset_sec == 0) {
        /* The axis itself stays what it is: TAI of a TAI page, UTC of a UTC page. */
        if (ref.is_tai)
            return VMCLOCK_ERR_TAI_OFFSET;
        *tai_error = VMCLOCK_ERR_TAI_OFFSET;
    } else if (!ref.is_tai && ref.indicator == VMCLOCK_LEAP_INDICATOR_POS) {
        *tai_error = VMCLOCK_ERR_LEAP; /* nothing tells whether the offset is the old or the new */
    }
    return leap_utc_rule(&ref, rule);
}

int vmclock_leap_rule(const struct vmclock_snapshot *snapshot, struct vmclock_leap *rule)
{
    int utc_error, tai_error = 0;

    if (!(snapshot->have & VMCLOCK_HAVE_CLOCK))
        return VMCLOCK_ERR_NO_CLOCK;
    if (snapshot->time_type > VMCLOCK_TIME_TYPE_MONOTONIC)
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
