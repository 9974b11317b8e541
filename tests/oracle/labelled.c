/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * labelled.c - the kinds of record for what people read: UTC with its interval, text,
 * and deadlines.
 */
#include "driver.h"

static void put_zeros(struct wire_out *out, size_t count)
{
    while (count--) {
        put_u8(out, 0);
    }
}

static void put_label(struct wire_out *out, const struct vmclock_label *label)
{
    put_i64(out, label->instant.sec);
    put_u64(out, label->instant.frac64);
    put_i64(out, label->posix_sec);
    put_i64(out, label->year);
    put_u8(out, label->month);
    put_u8(out, label->day);
    put_u8(out, label->hour);
    put_u8(out, label->minute);
    put_u8(out, label->second);
    put_u8(out, (uint8_t)label->error);
}

static void put_reading(struct wire_out *out, const struct vmclock_utc_reading *utc)
{
    put_label(out, &utc->utc);
    put_label(out, &utc->earliest);
    put_label(out, &utc->latest);
    put_i64(out, utc->tai.sec);
    put_u64(out, utc->tai.frac64);
    put_u64(out, utc->counter);
    put_u64(out, utc->disruption_marker);
    put_u64(out, utc->generation);
    put_i32(out, (int32_t)utc->seq);
    put_i32(out, utc->tai_minus_utc_sec);
    put_i32(out, (int32_t)(utc->epoch + utc->update_due + utc->clamped));
    put_u8(out, (uint8_t)utc->tai_error);
    put_u8(out, (uint8_t)utc->offset_error);
    put_u8(out, utc->generation_known);
    put_u8(out, utc->time_type);
    put_u8(out, utc->bound_kind);
    put_u8(out, utc->bound_by);
    put_u8(out, utc->clock_status);
    put_u8(out, utc->leap_indicator);
    put_u8(out, utc->smear_hint);
    put_u8(out, utc->disruption);
}

static void put_posix(struct wire_out *out, int32_t code, const struct vmclock_posix *posix)
{
    put_i64(out, code ? 0 : posix->sec);
    put_i32(out, code ? 0 : posix->ns);
}

static void put_ns(struct wire_out *out, int32_t code, int64_t ns)
{
    put_i32(out, code);
    put_i64(out, code ? 0 : ns);
}

/* The publisher's estimate of its error at a counter value. */
void run_estimate(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshot;
    int64_t ns;
    get_snapshot(in, &snapshot);
    const uint64_t counter = get_u64(in);

    fill(&ns, sizeof ns);
    const int32_t code = checked(vmclock_estimate_at(&snapshot, counter, &ns), &ns, sizeof ns);
    put_ns(out, code, ns);
}

/* A reading in smeared time, as its page would like it; the ends are 0 where there are none. */
static void put_smeared(struct wire_out *out, const struct vmclock_utc_reading *utc)
{
    struct vmclock_smear_shape shape;
    struct vmclock_smeared smeared;
    int32_t code = vmclock_smear_shape_of(utc->smear_hint, &shape);
    fill(&smeared, sizeof smeared);
    code =
        code ? code : checked(vmclock_smear_utc(utc, &shape, &smeared), &smeared, sizeof smeared);
    put_time(out, code, &smeared.time);
    if (code) {
        put_zeros(out, 2 * TIME_BYTES + 4);
        return;
    }
    put_i64(out, smeared.earliest.sec);
    put_u64(out, smeared.earliest.frac64);
    put_i64(out, smeared.latest.sec);
    put_u64(out, smeared.latest.frac64);
    put_i32(out, smeared.bound_error);
}

/* UTC at a counter value; that as POSIX time, and its interval; and whether a label is over, or to come. */
void run_utc(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_utc_reading utc;
    struct vmclock_utc other;
    struct vmclock_posix ends[2];
    get_snapshot(in, &snapshot);
    const uint64_t counter = get_u64(in);
    other.posix_sec = (int64_t)get_u64(in);
    other.frac64 = get_u64(in);
    other.in_leap_second = get_u8(in);

    fill(&utc, sizeof utc);
    int32_t code = checked(vmclock_utc_at(&snapshot, counter, &utc), &utc, sizeof utc);
    put_i32(out, code);
    if (code) {
        put_zeros(out, UTC_BYTES);
        return;
    }
    put_reading(out, &utc);

    fill(ends, sizeof ends);
    code = checked(vmclock_posix_of(&utc.utc, &ends[0]), ends, sizeof ends);
    put_i32(out, code);
    put_posix(out, code, &ends[0]);
    fill(ends, sizeof ends);
    code = checked(vmclock_posix_interval(&utc, &ends[0], &ends[1]), ends, sizeof ends);
    put_i32(out, code);
    put_posix(out, code, &ends[0]);
    put_posix(out, code, &ends[1]);
    put_i32(out, vmclock_is_after(&utc, &other));
    put_i32(out, vmclock_is_before(&utc, &other));

    put_u64(out, utc.estimate.ref_counter);
    put_u64(out, utc.estimate.error_ns);
    put_u64(out, utc.estimate.rate_frac);
    put_u8(out, utc.estimate.rate_shift);
    put_u8(out, utc.estimate.known);
    int64_t ns;
    fill(&ns, sizeof ns);
    code = checked(vmclock_utc_estimate_ns(&utc, &ns), &ns, sizeof ns);
    put_ns(out, code, ns);
    put_smeared(out, &utc);
}

/* The text, and zeros; there is none where the call failed. */
static void put_text(struct wire_out *out, int32_t code, const char *text)
{
    const size_t length = strlen(text);
    put_i32(out, code);
    for (size_t i = 0; i < length; i++) {
        put_u8(out, (uint8_t)text[i]);
    }
    put_zeros(out, VMCLOCK_TEXT_LINE_SIZE - length);
}

/* The time at a counter value as text: its label, its interval, and a line; and a duration. */
void run_text(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_utc_reading utc;
    struct vmclock_time duration;
    char text[VMCLOCK_TEXT_LINE_SIZE];
    get_snapshot(in, &snapshot);
    const uint64_t counter = get_u64(in);
    const unsigned digits = get_u8(in);
    get_time(in, &duration);

    int32_t code = vmclock_utc_at(&snapshot, counter, &utc);
    put_i32(out, code);
    if (code) {
        put_zeros(out, TEXTS_BYTES);
        return;
    }
    fill(text, sizeof text);
    code = vmclock_text_label(&utc.utc, digits, text, VMCLOCK_TEXT_SIZE);
    put_text(out, code, text);
    fill(text, sizeof text);
    code =
        vmclock_text_interval(&utc.earliest, &utc.latest, digits, text, VMCLOCK_TEXT_INTERVAL_SIZE);
    put_text(out, code, text);
    fill(text, sizeof text);
    code = vmclock_text_duration(&duration, digits, text, VMCLOCK_TEXT_SIZE);
    put_text(out, code, text);
    fill(text, sizeof text);
    code = vmclock_text_reading(&utc, text, sizeof text);
    put_text(out, code, text);
}

/* The counter values at which an instant has surely, and has possibly come. */
void run_deadline(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_time instant;
    struct vmclock_deadline deadline;
    get_snapshot(in, &snapshot);
    get_time(in, &instant);

    fill(&deadline, sizeof deadline);
    int32_t code = checked(vmclock_raw_deadline_surely(&snapshot, &instant, &deadline), &deadline,
                           sizeof deadline);
    put_i32(out, code);
    put_u64(out, code ? 0 : deadline.counter);
    fill(&deadline, sizeof deadline);
    code = checked(vmclock_raw_deadline_possibly(&snapshot, &instant, &deadline), &deadline,
                   sizeof deadline);
    put_i32(out, code);
    put_u64(out, code ? 0 : deadline.counter);
}
