/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * derive.c - from the reading to what the report says: UTC, TAI, bound, interval, age, frequency.
 */
#include "boot/report/derive.h"

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
    if (report->error)
        return;
    report->error = vmclock_at(&report->snapshot, report->snapshot.counter, &report->reading);
    if (report->error)
        return;
    report->error = vmclock_leap_rule(&report->snapshot, &report->leap);
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

static int utc_of(const struct report *report, const struct vmclock_time *instant,
                  struct vmclock_utc *utc)
{
    int error = no_reading(report);

    return error ? error : vmclock_axis_to_utc(&report->leap, instant, utc);
}

int report_utc(const struct report *report, struct vmclock_utc *utc)
{
    return utc_of(report, &report->reading.time, utc);
}

int report_error(const struct report *report)
{
    struct vmclock_utc utc;

    return report_utc(report, &utc);
}

int report_tai(const struct report *report, struct vmclock_time *tai)
{
    int error = no_reading(report);

    return error ? error : vmclock_axis_to_tai(&report->leap, &report->reading.time, tai);
}

static int distance(const struct vmclock_time *later, const struct vmclock_time *earlier,
                    int64_t *distance_ns)
{
    struct vmclock_time difference;
    int error = vmclock_time_subtract(later, earlier, &difference);

    return error ? error : vmclock_time_to_ns_ceil(&difference, distance_ns);
}

int report_bound(const struct report *report, int64_t *bound_ns)
{
    const struct vmclock_reading *reading = &report->reading;
    int64_t before_ns, after_ns;
    int error = no_reading(report);

    if (!error && reading->bound_kind == VMCLOCK_BOUND_NONE)
        error = VMCLOCK_ERR_RANGE;
    if (!error)
        error = distance(&reading->time, &reading->earliest, &before_ns);
    if (!error)
        error = distance(&reading->latest, &reading->time, &after_ns);
    if (!error)
        *bound_ns = before_ns > after_ns ? before_ns : after_ns;
    return error;
}

typedef int to_ns(const struct vmclock_time *time, int64_t *ns);

/* Without a bound the ends are those of the axis, which no leap second rule reaches. */
static int end_of_interval(const struct report *report, const struct vmclock_time *end,
                           to_ns *round, int64_t *end_ns)
{
    struct vmclock_utc utc;
    struct vmclock_time posix;
    int error = utc_of(report, end, &utc);

    if (error)
        return error;
    posix.sec = utc.posix_sec;
    posix.frac64 = utc.frac64;
    return round(&posix, end_ns);
}

int report_earliest(const struct report *report, int64_t *earliest_ns)
{
    return end_of_interval(report, &report->reading.earliest, vmclock_time_to_ns_floor,
                           earliest_ns);
}

int report_latest(const struct report *report, int64_t *latest_ns)
{
    return end_of_interval(report, &report->reading.latest, vmclock_time_to_ns_ceil, latest_ns);
}

uint32_t report_nanoseconds(uint64_t frac64)
{
    /* 0.999... * 10^9 rounded down, in two halves: the product has 94 bits. */
    uint64_t low = (frac64 & 0xffffffff) * 1000000000u;
    uint64_t high = (frac64 >> 32) * 1000000000u + (low >> 32);

    return (uint32_t)(high >> 32);
}

static int to_ms_floor(const struct vmclock_time *time, int64_t *ms)
{
    const int64_t limit_sec = INT64_MAX / 1000 - 1;

    if (time->sec > limit_sec || time->sec < -limit_sec)
        return VMCLOCK_ERR_RANGE;
    *ms = time->sec * 1000 + (int64_t)(report_nanoseconds(time->frac64) / 1000000u);
    return 0;
}

int report_age(const struct report *report, int64_t *age_ms)
{
    int error = no_reading(report);

    return error ? error : to_ms_floor(&report->reading.age, age_ms);
}

int report_rtc_ahead(const struct report *report, int64_t *rtc_ahead_ms)
{
    struct vmclock_utc utc;
    struct vmclock_time ours, rtc, ahead;
    int error = report_utc(report, &utc);

    if (!error && !(report->have & REPORT_HAVE_RTC))
        error = VMCLOCK_ERR_RANGE;
    if (error)
        return error;
    ours.sec = utc.posix_sec;
    ours.frac64 = utc.frac64;
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
