/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * derive.c - from the reading to what the report says: UTC, TAI, bound, interval, age, frequency.
 */
#include "boot/report/derive.h"

#define NS_PER_SEC 1000000000

void report_init(struct report *report, int error)
{
    report->error = error;
    report->have = 0;
    report->calibrated = NULL;
}

void report_take(struct report *report, const struct vmclock *clk)
{
    report->have = (uint8_t)(report->have & ~(REPORT_HAVE_SNAPSHOT | REPORT_HAVE_READING));
    report->error = report->calibrated
                        ? vmclock_take_calibrated(clk, report->calibrated, &report->snapshot)
                        : vmclock_take_snapshot(clk, &report->snapshot);
    if (!report->error)
        report->have |= REPORT_HAVE_SNAPSHOT;
}

void report_work_out(struct report *report)
{
    const struct vmclock_snapshot *snapshot = &report->snapshot;

    if (!report->error)
        report->error = vmclock_at(snapshot, snapshot->counter, &report->reading);
    if (!report->error)
        report->error = vmclock_utc_at(snapshot, snapshot->counter, &report->utc);
    if (!report->error)
        report->have |= REPORT_HAVE_READING;
}

void report_read(struct report *report, const struct vmclock *clk)
{
    report_take(report, clk);
    report_work_out(report);
}

/* Why there is no reading; 0 when there is one. */
static int no_reading(const struct report *report)
{
    if (report->error)
        return report->error;
    return report->have & REPORT_HAVE_READING ? 0 : VMCLOCK_ERR_NO_CLOCK;
}

int report_error(const struct report *report)
{
    int error = no_reading(report);

    return error ? error : report->utc.utc.error;
}

int report_tai(const struct report *report, struct vmclock_time *tai)
{
    int error = no_reading(report);

    if (!error)
        error = report->utc.tai_error;
    if (!error)
        *tai = report->utc.tai;
    return error;
}

int report_bound(const struct report *report, int64_t *bound_ns)
{
    int error = no_reading(report);

    return error ? error : vmclock_utc_bound_ns(&report->utc, bound_ns);
}

int report_estimate(const struct report *report, int64_t *estimate_ns)
{
    int error = no_reading(report);

    return error ? error : vmclock_utc_estimate_ns(&report->utc, estimate_ns);
}

/* Whether it is beyond what an int64_t of ns reaches, in the past up to a second less. */
static int is_far(const struct vmclock_posix *posix)
{
    const int64_t limit_sec = INT64_MAX / NS_PER_SEC;

    return posix->sec > limit_sec || posix->sec < -limit_sec ||
           (posix->sec == limit_sec && posix->ns > INT64_MAX % NS_PER_SEC);
}

int report_interval(const struct report *report, int64_t *earliest_ns, int64_t *latest_ns)
{
    struct vmclock_posix earliest, latest;
    int error = no_reading(report);

    if (!error)
        error = vmclock_posix_interval(&report->utc, &earliest, &latest);
    if (!error && (is_far(&earliest) || is_far(&latest)))
        error = VMCLOCK_ERR_RANGE;
    if (error)
        return error;
    *earliest_ns = earliest.sec * NS_PER_SEC + earliest.ns;
    *latest_ns = latest.sec * NS_PER_SEC + latest.ns;
    return 0;
}

static int to_ms_floor(const struct vmclock_time *time, int64_t *ms)
{
    const int64_t limit_sec = INT64_MAX / 1000 - 1;

    if (time->sec > limit_sec || time->sec < -limit_sec)
        return VMCLOCK_ERR_RANGE;
    /* 0.999... * 1000 rounded down, in two halves: the product has 74 bits. */
    *ms =
        time->sec * 1000 +
        (int64_t)(((time->frac64 >> 32) * 1000 + ((time->frac64 & 0xffffffff) * 1000 >> 32)) >> 32);
    return 0;
}

int report_age(const struct report *report, int64_t *age_ms)
{
    int error = no_reading(report);

    return error ? error : to_ms_floor(&report->reading.age, age_ms);
}

int report_rtc_ahead(const struct report *report, int64_t *rtc_ahead_ms)
{
    const struct vmclock_label *utc = &report->utc.utc;
    struct vmclock_time ours, rtc, ahead;
    int error = report_error(report);

    if (!error && !(report->have & REPORT_HAVE_RTC))
        error = VMCLOCK_ERR_RANGE;
    if (error)
        return error;
    ours.sec = utc->posix_sec;
    ours.frac64 = utc->instant.frac64;
    rtc.sec = report->rtc.posix_sec;
    rtc.frac64 = report->rtc.frac64;
    error = vmclock_time_subtract(&rtc, &ours, &ahead);
    return error ? error : to_ms_floor(&ahead, rtc_ahead_ms);
}

int report_frequency(const struct report *report, uint64_t *freq_hz)
{
    const struct vmclock_snapshot *snapshot = &report->snapshot;
    uint64_t period = snapshot->period_frac;
    uint64_t remainder = 1, quotient = 0;
    int error = no_reading(report);

    if (error)
        return error;
    if (period <= 1) /* 2^64 Hz and more */
        return VMCLOCK_ERR_RANGE;
    /* 2^(64 + shift) / period, a bit at a time; remainder < period. */
    for (unsigned bits = 64u + snapshot->period_shift; bits > 0; bits--) {
        uint64_t carry = remainder >> 63;

        if (quotient >> 63)
            return VMCLOCK_ERR_RANGE;
        quotient <<= 1;
        remainder <<= 1;
        if (carry || remainder >= period) {
            remainder -= period;
            quotient |= 1;
        }
    }
    if (remainder >= period - remainder && quotient != UINT64_MAX)
        quotient++;
    if (!quotient)
        return VMCLOCK_ERR_RANGE;
    *freq_hz = quotient;
    return 0;
}
