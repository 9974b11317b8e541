/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of records that are about calibration: see driver.c. */
#include "driver.h"

static void put_snapshot(struct wire_out *out, int32_t code, const struct vmclock_snapshot *s)
{
    put_i32(out, code);
    if (code) {
        for (size_t i = 0; i < 116; i++)
            put_u8(out, 0);
        return;
    }
    const uint64_t words[] = {s->counter,
                              s->disruption_marker,
                              s->flags,
                              s->generation,
                              s->ref_counter,
                              s->period_frac,
                              s->period_esterror_frac,
                              s->period_maxerror_frac,
                              s->ref_sec,
                              s->ref_frac64,
                              s->esterror_ns,
                              s->maxerror_ns};
    const uint8_t bytes[] = {s->period_shift, s->counter_id,     s->counter_read_id, s->time_type,
                             s->clock_status, s->leap_indicator, s->smear_hint,      s->bound_by};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        put_u64(out, words[i]);
    put(out, s->seq, 4);
    put(out, s->size, 4);
    put(out, s->have, 2);
    put(out, (uint16_t)s->tai_offset_sec, 2);
    for (size_t i = 0; i < sizeof bytes; i++)
        put_u8(out, bytes[i]);
}

/* Source, assumptions and samples -> snapshot. */
void run_calibrate(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_time_source source;
    struct vmclock_calibration how;
    struct vmclock_sample samples[SAMPLES_MAX];
    struct vmclock_snapshot snapshot;
    source.ahead_ns = get_u64(in);
    source.behind_ns = get_u64(in);
    source.rate_ppb = get_u32(in);
    source.time_type = get_u8(in);
    source.bound_by = get_u8(in);
    source.clock_status = get_u8(in);
    how.frequency_hz = get_u64(in);
    how.frequency_tolerance_ppb = get_u32(in);
    how.tolerance_ppb = get_u32(in);
    how.tai_offset_sec = (int16_t)get_u16(in);
    how.leap_indicator = get_u8(in);
    how.smear_hint = get_u8(in);
    const uint32_t count = get_u32(in);
    for (size_t i = 0; i < SAMPLES_MAX; i++) {
        samples[i].counter_before = get_u64(in);
        samples[i].counter_after = get_u64(in);
        get_time(in, &samples[i].earliest);
        get_time(in, &samples[i].latest);
        samples[i].disruption_marker = get_u64(in);
        samples[i].counter_id = get_u8(in);
    }
    fill(&snapshot, sizeof snapshot);
    const int32_t code = checked(vmclock_calibrate(&source, samples, count, &how, &snapshot),
                                 &snapshot, sizeof snapshot);
    put_snapshot(out, code, &snapshot);
}

/* Snapshots and a counter value -> their intersection, and which are disjoint. */
void run_combine(struct wire_in *in, struct wire_out *out)
{
    struct vmclock_snapshot snapshots[SNAPSHOTS_MAX], snapshot;
    struct vmclock_disjoint disjoint = {77, 77};
    const uint64_t counter = get_u64(in);
    const uint32_t count = get_u32(in);
    for (size_t i = 0; i < SNAPSHOTS_MAX; i++)
        get_snapshot(in, &snapshots[i]);
    fill(&snapshot, sizeof snapshot);
    const int32_t code = checked(vmclock_combine(snapshots, count, counter, &snapshot, &disjoint),
                                 &snapshot, sizeof snapshot);
    put_snapshot(out, code, &snapshot);
    put(out, disjoint.first, 4);
    put(out, disjoint.second, 4);
}
