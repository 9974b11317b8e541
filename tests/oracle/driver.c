/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.c - runs the core on a stream of records and writes what it answered.
 *
 * Input, repeated until the end of stdin: u32 kind, u32 count, then count records of that kind.
 * Output: count answers. records.py holds the formats. A result is written only where the call
 * succeeded; where it failed, the driver stops with exit code 3 if the result was touched.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/vmclock.h>
#include "driver.h"

#define MANY_MAX 16

static void put_utc(struct wire_out *out, int32_t code, const struct vmclock_utc *utc)
{
    put_i32(out, code);
    put_i64(out, code ? 0 : utc->posix_sec);
    put_u64(out, code ? 0 : utc->frac64);
    put_u8(out, code ? 0 : utc->in_leap_second);
}

static void put_reading(struct wire_out *out, const struct vmclock_reading *reading)
{
    const struct vmclock_time *times[] = {&reading->time, &reading->earliest, &reading->latest,
                                          &reading->age};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        put_i64(out, times[i]->sec);
        put_u64(out, times[i]->frac64);
    }
    put_u64(out, reading->counter);
    put_u64(out, reading->disruption_marker);
    put_u64(out, reading->generation);
    put_u8(out, reading->generation_known);
    put_u8(out, reading->time_type);
    put_u8(out, reading->bound_kind);
    put_u8(out, reading->bound_by);
    put_u8(out, reading->clock_status);
    put_u8(out, reading->leap_indicator);
    put_u8(out, reading->smear_hint);
    put_u8(out, reading->disruption);
}

static void run_at(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshot;
    get_snapshot(in, &snapshot);
    const uint64_t counter = get_u64(in);
    struct vmclock_reading reading;
    fill(&reading, sizeof reading);
    const int32_t code =
        checked(vmclock_at(&snapshot, counter, &reading), &reading, sizeof reading);
    if (code != 0) {
        memset(&reading, 0, sizeof reading);
    }
    put_i32(out, code);
    put_reading(out, &reading);
}

static void run_many(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshot;
    get_snapshot(in, &snapshot);
    const uint32_t count = get_u32(in);
    uint64_t counters[MANY_MAX];
    for (size_t i = 0; i < MANY_MAX; i++) {
        counters[i] = get_u64(in);
    }
    struct {
        struct vmclock_time error;
        struct vmclock_time times[MANY_MAX];
    } result;
    int bound_kind = -7;
    fill(&result, sizeof result);
    const int32_t code = checked(
        vmclock_at_many(&snapshot, counters, count, result.times, &result.error, &bound_kind),
        &result, sizeof result);
    if (code != 0 && bound_kind != -7) {
        fprintf(stderr, "bound_kind touched\n");
        exit(3);
    }
    put_time(out, code, &result.error);
    put_i32(out, code ? 0 : bound_kind);
    for (size_t i = 0; i < MANY_MAX; i++) {
        put_i64(out, code || i >= count ? 0 : result.times[i].sec);
        put_u64(out, code || i >= count ? 0 : result.times[i].frac64);
    }
}

/* Members that the contract calls meaningless are written as 0. */
static void run_rule(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshot;
    get_snapshot(in, &snapshot);
    struct vmclock_leap rule;
    fill(&rule, sizeof rule);
    const int32_t code = checked(vmclock_leap_rule(&snapshot, &rule), &rule, sizeof rule);
    const int have_utc = code == 0 && rule.utc_error == 0;
    const int have_tai = code == 0 && rule.tai_error == 0;
    put_i32(out, code);
    put_i64(out, have_utc ? rule.known_from_sec : 0);
    put_i64(out, have_utc ? rule.known_until_sec : 0);
    put_i64(out, have_utc && rule.leap ? rule.boundary_sec : 0);
    put_i32(out, have_utc ? rule.before_sec : 0);
    put_i32(out, have_tai ? rule.tai_ahead_sec : 0);
    put_i32(out, have_utc ? rule.leap : 0);
    put_i32(out, code ? 0 : rule.utc_error);
    put_i32(out, code ? 0 : rule.tai_error);
}

/* A rule for the calls below, which are tested on rules that exist. */
static void get_rule(struct wire_in *in, struct vmclock_leap *rule)
{
    struct vmclock_snapshot snapshot;
    get_snapshot(in, &snapshot);
    if (vmclock_leap_rule(&snapshot, rule) != 0) {
        fprintf(stderr, "no rule for this snapshot\n");
        exit(3);
    }
}

/* axis -> UTC -> axis, axis -> TAI -> axis and TAI - UTC; a step back is made if there was one. */
static void run_label(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_leap rule;
    struct vmclock_time instant, back, tai;
    struct vmclock_utc utc;
    int32_t offset_sec;
    get_rule(in, &rule);
    get_time(in, &instant);

    fill(&utc, sizeof utc);
    int32_t code = checked(vmclock_raw_axis_to_utc(&rule, &instant, &utc), &utc, sizeof utc);
    put_utc(out, code, &utc);
    fill(&back, sizeof back);
    code = code ? code : checked(vmclock_raw_utc_to_axis(&rule, &utc, &back), &back, sizeof back);
    put_time(out, code, &back);

    fill(&tai, sizeof tai);
    code = checked(vmclock_raw_axis_to_tai(&rule, &instant, &tai), &tai, sizeof tai);
    put_time(out, code, &tai);
    fill(&back, sizeof back);
    code = code ? code : checked(vmclock_raw_tai_to_axis(&rule, &tai, &back), &back, sizeof back);
    put_time(out, code, &back);

    fill(&offset_sec, sizeof offset_sec);
    code = checked(vmclock_raw_tai_minus_utc(&rule, &instant, &offset_sec), &offset_sec,
                   sizeof offset_sec);
    put_i32(out, code);
    put_i32(out, code ? 0 : offset_sec);
}

/* Any UTC label -> axis, and the same numbers as TAI -> axis. */
static void run_unlabel(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_leap rule;
    struct vmclock_utc utc;
    struct vmclock_time instant;
    get_rule(in, &rule);
    utc.posix_sec = (int64_t)get_u64(in);
    utc.frac64 = get_u64(in);
    utc.in_leap_second = get_u8(in);
    const struct vmclock_time tai = {utc.posix_sec, utc.frac64};

    fill(&instant, sizeof instant);
    int32_t code =
        checked(vmclock_raw_utc_to_axis(&rule, &utc, &instant), &instant, sizeof instant);
    put_time(out, code, &instant);
    fill(&instant, sizeof instant);
    code = checked(vmclock_raw_tai_to_axis(&rule, &tai, &instant), &instant, sizeof instant);
    put_time(out, code, &instant);
}

/* An instant smeared, rounded both ways, and the inverse of another time. */
static void run_smear(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_leap rule;
    struct vmclock_smear_shape shape;
    struct vmclock_time instant, smeared, result;
    get_rule(in, &rule);
    shape.start_sec = (int32_t)get_u32(in);
    shape.start_leap_sec = (int32_t)get_u32(in);
    shape.end_sec = (int32_t)get_u32(in);
    get_time(in, &instant);
    get_time(in, &smeared);

    fill(&result, sizeof result);
    int32_t code =
        checked(vmclock_raw_smear_floor(&rule, &shape, &instant, &result), &result, sizeof result);
    put_time(out, code, &result);
    fill(&result, sizeof result);
    code =
        checked(vmclock_raw_smear_ceil(&rule, &shape, &instant, &result), &result, sizeof result);
    put_time(out, code, &result);
    fill(&result, sizeof result);
    code = checked(vmclock_raw_unsmear(&rule, &shape, &smeared, &result), &result, sizeof result);
    put_time(out, code, &result);
}

static void put_civil(struct wire_out *out, int32_t code, const struct vmclock_civil *civil)
{
    put_i32(out, code);
    put_i64(out, code ? 0 : civil->year);
    put_u8(out, code ? 0 : civil->month);
    put_u8(out, code ? 0 : civil->day);
    put_u8(out, code ? 0 : civil->hour);
    put_u8(out, code ? 0 : civil->minute);
    put_u8(out, code ? 0 : civil->second);
    put_u64(out, code ? 0 : civil->frac64);
}

/* UTC label -> date and time of day -> UTC label. */
static void run_civil(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_utc utc, back;
    struct vmclock_civil civil;
    utc.posix_sec = (int64_t)get_u64(in);
    utc.frac64 = get_u64(in);
    utc.in_leap_second = get_u8(in);

    fill(&civil, sizeof civil);
    int32_t code = checked(vmclock_utc_to_civil(&utc, &civil), &civil, sizeof civil);
    put_civil(out, code, &civil);
    fill(&back, sizeof back);
    code = code ? code : checked(vmclock_civil_to_utc(&civil, &back), &back, sizeof back);
    put_utc(out, code, &back);
}

/* Any date and time of day -> UTC label. */
static void run_uncivil(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_civil civil;
    struct vmclock_utc utc;
    civil.year = (int64_t)get_u64(in);
    civil.month = get_u8(in);
    civil.day = get_u8(in);
    civil.hour = get_u8(in);
    civil.minute = get_u8(in);
    civil.second = get_u8(in);
    civil.frac64 = get_u64(in);

    fill(&utc, sizeof utc);
    put_utc(out, checked(vmclock_civil_to_utc(&civil, &utc), &utc, sizeof utc), &utc);
}

static void run_time(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_time a, b, result;
    int64_t ns;
    get_time(in, &a);
    get_time(in, &b);

    const int order = vmclock_time_compare(&a, &b);
    put_i32(out, (order > 0) - (order < 0));
    fill(&result, sizeof result);
    put_time(out, checked(vmclock_time_add(&a, &b, &result), &result, sizeof result), &result);
    fill(&result, sizeof result);
    put_time(out, checked(vmclock_time_subtract(&a, &b, &result), &result, sizeof result), &result);
    fill(&ns, sizeof ns);
    int32_t code = checked(vmclock_time_to_ns_floor(&a, &ns), &ns, sizeof ns);
    put_i32(out, code);
    put_i64(out, code ? 0 : ns);
    fill(&ns, sizeof ns);
    code = checked(vmclock_time_to_ns_ceil(&a, &ns), &ns, sizeof ns);
    put_i32(out, code);
    put_i64(out, code ? 0 : ns);
    vmclock_time_from_ns(b.sec, &result);
    put_time(out, 0, &result);
}

#define SNAPSHOT_BYTES 116
#define SAMPLE_BYTES (3 * 8 + 2 * TIME_BYTES + 1)
#define TIMED_BYTES (4 + TIME_BYTES)

static const struct {
    void (*run)(struct wire_in *in, struct wire_out *out);
    size_t in_bytes;
    size_t out_bytes;
} kinds[] = {
    {run_at, SNAPSHOT_BYTES + 8, 4 + 4 * TIME_BYTES + 3 * 8 + 8},
    {run_many, SNAPSHOT_BYTES + 4 + 8 * MANY_MAX, TIMED_BYTES + 4 + TIME_BYTES *MANY_MAX},
    {run_rule, SNAPSHOT_BYTES, 4 + 3 * 8 + 5 * 4},
    {run_label, SNAPSHOT_BYTES + TIME_BYTES, TIMED_BYTES + 1 + 3 * TIMED_BYTES + 8},
    {run_unlabel, SNAPSHOT_BYTES + TIME_BYTES + 1, 2 * TIMED_BYTES},
    {run_smear, SNAPSHOT_BYTES + 12 + 2 * TIME_BYTES, 3 * TIMED_BYTES},
    {run_civil, TIME_BYTES + 1, 4 + 8 + 5 + 8 + TIMED_BYTES + 1},
    {run_uncivil, 8 + 5 + 8, TIMED_BYTES + 1},
    {run_time, 2 * TIME_BYTES, 4 + 2 * TIMED_BYTES + 2 * 12 + TIMED_BYTES},
    {run_calibrate, 2 * 8 + 4 + 3 + 8 + 2 * 4 + 2 + 2 + 4 + SAMPLES_MAX *SAMPLE_BYTES,
     4 + SNAPSHOT_BYTES},
    {run_combine, 8 + 4 + SNAPSHOTS_MAX *SNAPSHOT_BYTES, 4 + SNAPSHOT_BYTES + 8},
    {run_utc, SNAPSHOT_BYTES + 8 + TIME_BYTES + 1, 4 + UTC_BYTES},
    {run_text, SNAPSHOT_BYTES + 8 + 1 + TIME_BYTES, 4 + TEXTS_BYTES},
    {run_deadline, SNAPSHOT_BYTES + TIME_BYTES, 2 * (4 + 8)},
    {run_estimate, SNAPSHOT_BYTES + 8, 4 + 8},
};

/* One batch. Returns 0 at the end of the input, 1 after a batch, -1 for damaged input. */
static int run_batch(void)
{
    unsigned char header[8];
    const size_t got = fread(header, 1, sizeof header, stdin);
    if (got != sizeof header) {
        return got == 0 ? 0 : -1;
    }
    struct wire_in in = {header};
    const uint32_t kind = get_u32(&in);
    const uint32_t count = get_u32(&in);
    if (kind >= sizeof kinds / sizeof *kinds || count == 0) {
        return -1;
    }
    unsigned char *input = malloc(count * kinds[kind].in_bytes);
    unsigned char *output = malloc(count * kinds[kind].out_bytes);
    int ok = input && output && fread(input, kinds[kind].in_bytes, count, stdin) == count;
    in.at = input;
    struct wire_out out = {output};
    for (uint32_t i = 0; ok && i < count; i++) {
        kinds[kind].run(&in, &out);
    }
    ok = ok && fwrite(output, kinds[kind].out_bytes, count, stdout) == count && fflush(stdout) == 0;
    free(input);
    free(output);
    return ok ? 1 : -1;
}

int main(void)
{
    int more;
    do {
        more = run_batch();
    } while (more > 0);
    return more == 0 ? 0 : 2;
}
