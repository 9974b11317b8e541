/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.h - what the driver's files share: reading a record, writing an answer.
 */
#ifndef ORACLE_DRIVER_H
#define ORACLE_DRIVER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/raw.h>
#include <vmclock/vmclock.h>
#include "wire.h"

#define UNTOUCHED 0xa5

static inline void fill(void *result, size_t size)
{
    memset(result, UNTOUCHED, size);
}

/* Passes a code on; a failed call must have left its result alone. */
static inline int32_t checked(int code, const void *result, size_t size)
{
    const unsigned char *bytes = result;
    for (size_t i = 0; code != 0 && i < size; i++) {
        if (bytes[i] != UNTOUCHED) {
            fprintf(stderr, "result touched at byte %zu by a call that returned %d (%s)\n", i, code,
                    vmclock_error_name(code));
            exit(3);
        }
    }
    return code;
}

static inline void get_time(struct wire_in *in, struct vmclock_time *time)
{
    time->sec = (int64_t)get_u64(in);
    time->frac64 = get_u64(in);
}

static inline void get_snapshot(struct wire_in *in, struct vmclock_snapshot *snapshot)
{
    memset(snapshot, 0, sizeof *snapshot);
    snapshot->counter = get_u64(in);
    snapshot->disruption_marker = get_u64(in);
    snapshot->flags = get_u64(in);
    snapshot->generation = get_u64(in);
    snapshot->ref_counter = get_u64(in);
    snapshot->period_frac = get_u64(in);
    snapshot->period_esterror_frac = get_u64(in);
    snapshot->period_maxerror_frac = get_u64(in);
    snapshot->ref_sec = get_u64(in);
    snapshot->ref_frac64 = get_u64(in);
    snapshot->esterror_ns = get_u64(in);
    snapshot->maxerror_ns = get_u64(in);
    snapshot->seq = get_u32(in);
    snapshot->size = get_u32(in);
    snapshot->have = get_u16(in);
    snapshot->tai_offset_sec = (int16_t)get_u16(in);
    snapshot->period_shift = get_u8(in);
    snapshot->counter_id = get_u8(in);
    snapshot->counter_read_id = get_u8(in);
    snapshot->time_type = get_u8(in);
    snapshot->clock_status = get_u8(in);
    snapshot->leap_indicator = get_u8(in);
    snapshot->smear_hint = get_u8(in);
    snapshot->bound_by = get_u8(in);
}

/* A code and, if it is 0, the value; zeros if not. */
static inline void put_time(struct wire_out *out, int32_t code, const struct vmclock_time *time)
{
    put_i32(out, code);
    put_i64(out, code ? 0 : time->sec);
    put_u64(out, code ? 0 : time->frac64);
}

#define TIME_BYTES 16
#define SAMPLES_MAX 4
#define SNAPSHOTS_MAX 3

/* Kinds of calibrated.c. */
void run_calibrate(struct wire_in *in, struct wire_out *out);
void run_combine(struct wire_in *in, struct wire_out *out);

/* Kinds of labelled.c. */
#define LABEL_BYTES (TIME_BYTES + 2 * 8 + 5 + 1)
#define UTC_BYTES \
    (3 * LABEL_BYTES + TIME_BYTES + 3 * 8 + 3 * 4 + 10 + 16 + 28 + 2 * 4 + 26 + 12 + 4 + \
     3 * TIME_BYTES + 4)
#define TEXTS_BYTES (4 * (4 + VMCLOCK_TEXT_LINE_SIZE))
void run_utc(struct wire_in *in, struct wire_out *out);
void run_text(struct wire_in *in, struct wire_out *out);
void run_deadline(struct wire_in *in, struct wire_out *out);
void run_estimate(struct wire_in *in, struct wire_out *out);

#endif
