/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/civil.h>
#include <vmclock/error.h>
#include <vmclock/raw.h>
#include <vmclock/utc.h>
#include "lib/clock.h"
#include "lib/estimate.h"
#include "lib/listed.h"
#include "lib/utc.h"
#include "lib/wide.h"

LISTED(struct vmclock_utc_reading,
       185 + (int)(sizeof(struct vmclock_estimate) + sizeof(struct vmclock_leap)));

static void utc_set_time(struct vmclock_time *to, const struct vmclock_time *from)
{
    to->sec = from->sec;
    to->frac64 = from->frac64;
}

/* As clock_set_qualities in clock.c. */
static WIDE_INLINE void utc_set_qualities(const struct vmclock_reading *now,
                                          struct vmclock_utc_reading *utc)
{
    uint8_t generation_known = now->generation_known, bound_kind = now->bound_kind;
    uint8_t time_type = now->time_type, clock_status = now->clock_status;
    uint8_t leap_indicator = now->leap_indicator, smear_hint = now->smear_hint;
    uint8_t bound_by = now->bound_by, disruption = now->disruption;

    utc->generation_known = generation_known;
    utc->bound_kind = bound_kind;
    utc->time_type = time_type;
    utc->clock_status = clock_status;
    utc->leap_indicator = leap_indicator;
    utc->smear_hint = smear_hint;
    utc->bound_by = bound_by;
    utc->disruption = disruption;
}

int vmclock_utc_set_reading(const struct vmclock_reading *now, struct vmclock_utc_reading *utc)
{
    utc_set_time(&utc->utc.instant, &now->time);
    utc_set_time(&utc->earliest.instant, &now->earliest);
    utc_set_time(&utc->latest.instant, &now->latest);
    utc->counter = now->counter;
    utc->disruption_marker = now->disruption_marker;
    utc->generation = now->generation;
    utc->epoch = 0;
    utc_set_qualities(now, utc);
    utc->converged = 1;
    utc->update_due = 0;
    utc->clamped = 0;
    return 0;
}

/* What UTC calls a second of the axis: most often it is that of all three labels. 0 where it is not known. */
struct utc_second {
    int64_t sec; /* of the axis */
    int64_t posix_sec;
    struct vmclock_civil civil;
    int error;
};

static void utc_set_second(const struct vmclock_leap *rule, int64_t sec, struct utc_second *second)
{
    struct vmclock_civil *civil = &second->civil;
    struct vmclock_time instant;
    struct vmclock_utc utc;

    instant.sec = second->sec = sec;
    instant.frac64 = 0;
    utc.posix_sec = civil->year = 0;
    civil->month = civil->day = civil->hour = civil->minute = civil->second = 0;
    second->error = vmclock_raw_axis_to_utc(rule, &instant, &utc);
    if (!second->error) /* 0: a rule's leap second ends a day */
        second->error = vmclock_utc_to_civil(&utc, civil);
    second->posix_sec = utc.posix_sec;
}

LISTED(struct vmclock_label, 38);

/* What UTC calls the label's instant; second: any that was made by the rule. */
static void utc_set_label(const struct vmclock_leap *rule, struct utc_second *second,
                          struct vmclock_label *label)
{
    const struct vmclock_civil *civil = &second->civil;

    if (label->instant.sec != second->sec)
        utc_set_second(rule, label->instant.sec, second);
    label->posix_sec = second->posix_sec;
    label->year = civil->year;
    label->month = civil->month;
    label->day = civil->day;
    label->hour = civil->hour;
    label->minute = civil->minute;
    label->second = civil->second;
    label->error = (signed char)second->error;
}

void vmclock_utc_set_labels(struct vmclock_utc_reading *utc)
{
    const struct vmclock_leap *rule = &utc->leap;
    const struct vmclock_time *instant = &utc->utc.instant;
    struct utc_second second;

    utc->tai.sec = 0;
    utc->tai.frac64 = instant->frac64; /* also where there is no TAI: a reader moves it */
    utc->tai_minus_utc_sec = 0;
    utc->tai_error = (signed char)vmclock_raw_axis_to_tai(rule, instant, &utc->tai);
    utc_set_second(rule, instant->sec, &second);
    utc_set_label(rule, &second, &utc->utc);
    utc->offset_error = utc->tai_error;
    if (utc->utc.error)
        utc->offset_error = utc->utc.error;
    if (!utc->offset_error)
        utc->tai_minus_utc_sec = (int32_t)(utc->tai.sec - utc->utc.posix_sec);
    utc_set_label(rule, &second, &utc->earliest);
    utc_set_label(rule, &second, &utc->latest);
    if (utc->bound_kind ==
        VMCLOCK_BOUND_NONE) /* they are the ends of the axis, where no rule reaches */
        utc->earliest.error = utc->latest.error = VMCLOCK_ERR_BOUND;
}

/* Apart from what comes after it, so that the reading is gone by then. */
static WIDE_APART int utc_read(const struct vmclock_snapshot *snapshot, uint64_t counter,
                               uint64_t max_age_sec, struct vmclock_utc_reading *utc)
{
    struct vmclock_reading reading;
    int error = vmclock_at_limited(snapshot, counter, max_age_sec, &reading);

    return error ? error : vmclock_utc_set_reading(&reading, utc);
}

WIDE_APART void vmclock_utc_label(const struct vmclock_snapshot *snapshot,
                                  struct vmclock_utc_reading *utc)
{
    utc->seq = snapshot->seq;
    estimate_set(snapshot, &utc->estimate);
    (void)vmclock_leap_rule(snapshot, &utc->leap);
    vmclock_utc_set_labels(utc);
}

int vmclock_utc_at(const struct vmclock_snapshot *snapshot, uint64_t counter,
                   struct vmclock_utc_reading *then)
{
    int error = utc_read(snapshot, counter, 0, then);

    if (!error)
        vmclock_utc_label(snapshot, then);
    return error;
}

int vmclock_utc_now(const struct vmclock *clk, struct vmclock_utc_reading *now)
{
    struct vmclock_snapshot s;
    int error = vmclock_take_snapshot(clk, &s);

    if (!error)
        error = utc_read(&s, s.counter, clk->max_age_sec, now);
    if (!error)
        vmclock_utc_label(&s, now);
    return error;
}

/* The ns from one instant to a later one, rounded up. */
static int utc_distance(const struct vmclock_time *from, const struct vmclock_time *to, int64_t *ns)
{
    struct vmclock_time distance;
    int error = vmclock_time_subtract(to, from, &distance);

    return error ? error : vmclock_time_to_ns_ceil(&distance, ns);
}

int vmclock_utc_bound_ns(const struct vmclock_utc_reading *now, int64_t *bound_ns)
{
    int64_t before_ns, after_ns;
    int error = now->bound_kind == VMCLOCK_BOUND_NONE ? VMCLOCK_ERR_BOUND : 0;

    if (!error)
        error = utc_distance(&now->earliest.instant, &now->utc.instant, &before_ns);
    if (!error)
        error = utc_distance(&now->utc.instant, &now->latest.instant, &after_ns);
    if (!error)
        *bound_ns = before_ns > after_ns ? before_ns : after_ns;
    return error;
}

/* Rounded down, or up. */
static int utc_to_posix(int64_t sec, uint64_t frac64, int up, struct vmclock_posix *posix)
{
    uint64_t below;
    uint64_t ns = wide_multiply(frac64, WIDE_NS_PER_SEC, &below) + (up && below);

    if (ns == WIDE_NS_PER_SEC) {
        if (sec == INT64_MAX)
            return VMCLOCK_ERR_RANGE;
        sec++;
        ns = 0;
    }
    posix->sec = sec;
    posix->ns = (int32_t)ns;
    return 0;
}

int vmclock_posix_of(const struct vmclock_label *label, struct vmclock_posix *posix)
{
    if (label->error)
        return label->error;
    return utc_to_posix(label->posix_sec, label->instant.frac64, 0, posix);
}

/* The axis minus the POSIX count; changes where a leap second begins, or one was left out. */
static uint64_t utc_axis_ahead(const struct vmclock_label *label)
{
    return (uint64_t)label->instant.sec - (uint64_t)label->posix_sec;
}

int vmclock_posix_interval(const struct vmclock_utc_reading *now, struct vmclock_posix *earliest,
                           struct vmclock_posix *latest)
{
    const struct vmclock_label *first = &now->earliest, *last = &now->latest;
    int leap = utc_axis_ahead(last) - utc_axis_ahead(first) == 1; /* 23:59:60 begins in between */
    uint64_t last_frac64 = leap && last->second == 60 ? UINT64_MAX : last->instant.frac64;
    struct vmclock_posix end;
    int error = first->error ? first->error : last->error;

    if (!error)
        error = utc_to_posix(last->posix_sec, last_frac64, 1, &end);
    if (error)
        return error;
    (void)utc_to_posix(first->posix_sec, leap ? 0 : first->instant.frac64, 0, earliest);
    latest->sec = end.sec;
    latest->ns = end.ns;
    return 0;
}

/* Whether the label's time is before the other; 23:59:60 comes after all of 23:59:59. */
static int utc_precedes(const struct vmclock_label *label, const struct vmclock_utc *time)
{
    int in_leap_second = label->second == 60;

    if (label->posix_sec != time->posix_sec)
        return label->posix_sec < time->posix_sec;
    if (in_leap_second != (time->in_leap_second != 0))
        return !in_leap_second;
    return label->instant.frac64 < time->frac64;
}

int vmclock_is_after(const struct vmclock_utc_reading *now, const struct vmclock_utc *time)
{
    return !now->earliest.error && !utc_precedes(&now->earliest, time);
}

int vmclock_is_before(const struct vmclock_utc_reading *now, const struct vmclock_utc *time)
{
    return !now->latest.error && utc_precedes(&now->latest, time);
}
