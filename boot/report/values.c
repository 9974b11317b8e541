/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * values.c - the value of each key.
 */
#include "boot/report/derive.h"
#include "boot/report/values.h"

static void put_none(struct text *text)
{
    text_put(text, "none");
}

static void put_signed_or_none(struct text *text, int error, const int64_t *value)
{
    if (error)
        put_none(text);
    else
        text_put_signed(text, *value);
}

static void put_unsigned_or_none(struct text *text, int known, uint64_t value)
{
    if (known)
        text_put_unsigned(text, value);
    else
        put_none(text);
}

/* The name of a value; of one that has none, the number. */
static void put_name(struct text *text, unsigned value, const char *name)
{
    if (*name)
        text_put(text, name);
    else
        text_put_unsigned(text, value);
}

static int has_reading(const struct report *report)
{
    return !report->error && report->have & REPORT_HAVE_READING;
}

static int has_snapshot(const struct report *report)
{
    return report->have & REPORT_HAVE_SNAPSHOT;
}

void value_state(struct text *text, const struct report *report)
{
    text_put(text, report_state_name(report_state(report)));
}

void value_error(struct text *text, const struct report *report)
{
    int error = report_error(report);

    if (error)
        text_put(text, vmclock_error_name(error));
    else
        put_none(text);
}

void value_utc(struct text *text, const struct report *report)
{
    char utc[VMCLOCK_TEXT_SIZE];

    if (report_error(report) || vmclock_text_label(&report->utc.utc, 9, utc, sizeof(utc)))
        put_none(text);
    else
        text_put(text, utc);
}

void value_tai_sec(struct text *text, const struct report *report)
{
    struct vmclock_time tai;

    if (report_tai(report, &tai) || tai.sec < 0) { /* before 1970: no vmclock then */
        put_none(text);
        return;
    }
    text_put_signed(text, tai.sec);
}

void value_utc_offset(struct text *text, const struct report *report)
{
    const int64_t offset = report->utc.tai_minus_utc_sec;

    put_signed_or_none(text, !has_reading(report) || report->utc.offset_error, &offset);
}

void value_bound_ns(struct text *text, const struct report *report)
{
    int64_t bound_ns;

    put_signed_or_none(text, report_bound(report, &bound_ns), &bound_ns);
}

void value_bound_kind(struct text *text, const struct report *report)
{
    const uint8_t kind = has_reading(report) ? report->reading.bound_kind : VMCLOCK_BOUND_NONE;

    put_name(text, kind, vmclock_bound_kind_name(kind));
}

static void put_bound_by(struct text *text, uint8_t bound_by)
{
    put_name(text, bound_by, vmclock_source_name(bound_by));
}

void value_bound_by(struct text *text, const struct report *report)
{
    if (has_reading(report) && report->reading.bound_kind != VMCLOCK_BOUND_NONE)
        put_bound_by(text, report->reading.bound_by);
    else
        put_none(text);
}

void value_estimate_ns(struct text *text, const struct report *report)
{
    int64_t estimate_ns;

    put_signed_or_none(text, report_estimate(report, &estimate_ns), &estimate_ns);
}

void value_age_ms(struct text *text, const struct report *report)
{
    int64_t age_ms;

    put_signed_or_none(text, report_age(report, &age_ms), &age_ms);
}

void value_earliest_ns(struct text *text, const struct report *report)
{
    int64_t earliest_ns, latest_ns;

    put_signed_or_none(text, report_interval(report, &earliest_ns, &latest_ns), &earliest_ns);
}

void value_latest_ns(struct text *text, const struct report *report)
{
    int64_t earliest_ns, latest_ns;

    put_signed_or_none(text, report_interval(report, &earliest_ns, &latest_ns), &latest_ns);
}

void value_counter(struct text *text, const struct report *report)
{
    if (has_snapshot(report) && report->snapshot.counter_id != VMCLOCK_COUNTER_ID_INVALID)
        put_name(text, report->snapshot.counter_id,
                 vmclock_counter_id_name(report->snapshot.counter_id));
    else
        put_none(text);
}

void value_counter_now(struct text *text, const struct report *report)
{
    int known = has_snapshot(report);

    known = known && report->snapshot.counter_id == report->snapshot.counter_read_id;
    put_unsigned_or_none(text, known, known ? report->snapshot.counter : 0);
}

void value_freq_hz(struct text *text, const struct report *report)
{
    uint64_t freq_hz = 0;
    int error = report_frequency(report, &freq_hz);

    put_unsigned_or_none(text, !error, freq_hz);
}

void value_status(struct text *text, const struct report *report)
{
    if (has_snapshot(report) && report->snapshot.have & VMCLOCK_HAVE_CLOCK)
        put_name(text, report->snapshot.clock_status,
                 vmclock_clock_status_name(report->snapshot.clock_status));
    else
        put_none(text);
}

/* Without a usable clock the page vouches neither for leap seconds nor for the hint. */
void value_leap(struct text *text, const struct report *report)
{
    if (has_reading(report))
        put_name(text, report->reading.leap_indicator,
                 vmclock_leap_indicator_name(report->reading.leap_indicator));
    else
        put_none(text);
}

void value_smear_hint(struct text *text, const struct report *report)
{
    if (has_reading(report))
        put_name(text, report->reading.smear_hint,
                 vmclock_smear_hint_name(report->reading.smear_hint));
    else
        put_none(text);
}

void value_disruption_marker(struct text *text, const struct report *report)
{
    put_unsigned_or_none(text, has_snapshot(report),
                         has_snapshot(report) ? report->snapshot.disruption_marker : 0);
}

void value_generation(struct text *text, const struct report *report)
{
    int known = has_snapshot(report) && report->snapshot.have & VMCLOCK_HAVE_GENERATION;

    put_unsigned_or_none(text, known, known ? report->snapshot.generation : 0);
}

void value_flags(struct text *text, const struct report *report)
{
    if (has_snapshot(report))
        text_put_hex(text, report->snapshot.flags);
    else
        put_none(text);
}

void value_disruption(struct text *text, const struct report *report)
{
    const uint64_t flags = has_snapshot(report) ? report->snapshot.flags : 0;

    text_put(text, vmclock_disruption_name(vmclock_disruption_of(flags)));
}

void value_source(struct text *text, const struct report *report)
{
    if (has_reading(report) && report->reading.bound_by != VMCLOCK_BOUND_BY_PAGE) {
        text_put(text, "calibrated:");
        put_bound_by(text, report->reading.bound_by);
    } else if (report->have & REPORT_HAVE_REGION && report->region.source)
        put_name(text, report->region.source, vmclock_region_source_name(report->region.source));
    else
        put_none(text);
}

void value_page(struct text *text, const struct report *report)
{
    if (report->have & REPORT_HAVE_REGION)
        text_put_hex(text, report->region.phys);
    else
        put_none(text);
}

void value_size(struct text *text, const struct report *report)
{
    put_unsigned_or_none(text, has_snapshot(report),
                         has_snapshot(report) ? report->snapshot.size : 0);
}

void value_seq(struct text *text, const struct report *report)
{
    put_unsigned_or_none(text, has_snapshot(report),
                         has_snapshot(report) ? report->snapshot.seq : 0);
}

void value_rtc_set(struct text *text, const struct report *report)
{
    if (report->have & REPORT_HAVE_RTC_SET)
        text_put(text, vmclock_error_name(report->rtc_set_error));
    else
        put_none(text);
}

void value_rtc_utc(struct text *text, const struct report *report)
{
    struct vmclock_civil civil;
    char utc[VMCLOCK_TEXT_SIZE];

    if (!(report->have & REPORT_HAVE_RTC) || vmclock_utc_to_civil(&report->rtc, &civil) ||
        vmclock_text_civil(&civil, 9, utc, sizeof(utc)))
        put_none(text);
    else
        text_put(text, utc);
}

void value_rtc_ahead_ms(struct text *text, const struct report *report)
{
    int64_t ahead_ms;

    put_signed_or_none(text, report_rtc_ahead(report, &ahead_ms), &ahead_ms);
}
