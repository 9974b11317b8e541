/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * samples.h - exact samples of an exact source, and how wide an interval is.
 */
#ifndef CALIBRATE_SAMPLES_H
#define CALIBRATE_SAMPLES_H

#include "tests/unit/core/fixture.h"

#define MHZ UINT64_C(1000000)
#define GHZ UINT64_C(1000000000)
#define START UINT64_C(5000)

static const struct vmclock_time_source exact_tai = {
    .time_type = VMCLOCK_TIME_TYPE_TAI,
    .bound_by = VMCLOCK_BOUND_BY_CALLER,
    .clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED,
};

/* The source stood at sec exactly when the counter was at this value. */
static inline struct vmclock_sample exact_sample(uint64_t counter, int64_t sec)
{
    const struct vmclock_sample sample = {counter, counter, {sec, 0}, {sec, 0}, 0x1122334455667788,
                                          1};
    return sample;
}

static inline struct vmclock_calibration assume(uint64_t hz, uint32_t tolerance_ppb)
{
    const struct vmclock_calibration how = {
        .frequency_hz = hz,
        .frequency_tolerance_ppb = tolerance_ppb,
        .tolerance_ppb = tolerance_ppb,
        .tai_offset_sec = 37,
    };
    return how;
}

static inline int64_t width_ns(const struct vmclock_snapshot *s, uint64_t counter)
{
    struct vmclock_reading r;
    struct vmclock_time width;
    int64_t ns;
    assert_int_equal(vmclock_at(s, counter, &r), 0);
    assert_int_equal(r.bound_kind, VMCLOCK_BOUND_MAXIMUM);
    assert_int_equal(vmclock_time_subtract(&r.latest, &r.earliest, &width), 0);
    assert_int_equal(vmclock_time_to_ns_ceil(&width, &ns), 0);
    return ns;
}

#endif
