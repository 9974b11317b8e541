/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * readings.c - UTC, TAI and smeared time with the interval in which they lie.
 */
#include <vmclock/error.h>
#include <vmclock/newlib.h>
#include <vmclock/raw.h>
#include <vmclock/smear.h>
#include "boot/bare/newlib/now.h"
#include "boot/bare/newlib/timespec.h"

/* A scale: from an instant of the page's axis to a time in it. ceiling: rounded up to 1 ns. */
struct scale {
    int (*convert)(const struct scale *scale, const struct vmclock_leap *leap,
                   const struct vmclock_time *instant, int ceiling,
                   struct vmclock_newlib_time *time);
    struct vmclock_smear_shape shape;
};

/* Leap seconds begin and end with a second of the axis, so the fraction is the label's too. */
static int to_utc(const struct scale *scale, const struct vmclock_leap *leap,
                  const struct vmclock_time *instant, int ceiling, struct vmclock_newlib_time *time)
{
    struct timespec rounded;
    struct vmclock_time second = {0, 0};
    struct vmclock_utc utc;
    int error = timespec_from(instant, ceiling, &rounded);

    (void)scale;
    if (error)
        return error;
    second.sec = rounded.tv_sec;
    error = vmclock_raw_axis_to_utc(leap, &second, &utc);
    if (error)
        return error;
    time->time.tv_sec = utc.posix_sec;
    time->time.tv_nsec = rounded.tv_nsec;
    time->in_leap_second = utc.in_leap_second;
    return 0;
}

static int to_tai(const struct scale *scale, const struct vmclock_leap *leap,
                  const struct vmclock_time *instant, int ceiling, struct vmclock_newlib_time *time)
{
    struct vmclock_time tai;
    int error = vmclock_raw_axis_to_tai(leap, instant, &tai);

    (void)scale;
    time->in_leap_second = 0;
    return error ? error : timespec_from(&tai, ceiling, &time->time);
}

static int to_smeared(const struct scale *scale, const struct vmclock_leap *leap,
                      const struct vmclock_time *instant, int ceiling,
                      struct vmclock_newlib_time *time)
{
    struct vmclock_time smeared;
    int error = ceiling ? vmclock_raw_smear_ceil(leap, &scale->shape, instant, &smeared)
                        : vmclock_raw_smear_floor(leap, &scale->shape, instant, &smeared);

    time->in_leap_second = 0;
    return error ? error : timespec_from(&smeared, ceiling, &time->time);
}

static int convert(const struct scale *scale, const struct vmclock_reading *from,
                   const struct vmclock_leap *leap, struct vmclock_newlib_reading *reading)
{
    struct vmclock_newlib_reading result = {.bound_kind = from->bound_kind};
    int error = scale->convert(scale, leap, &from->time, 0, &result.now);

    if (!error && from->bound_kind != VMCLOCK_BOUND_NONE) {
        error = scale->convert(scale, leap, &from->earliest, 0, &result.earliest);
        if (!error)
            error = scale->convert(scale, leap, &from->latest, 1, &result.latest);
    }
    if (!error)
        *reading = result;
    return error;
}

/* The page's time now and its leap rule. */
static int read_page(struct now_page *page, struct vmclock_leap *leap)
{
    struct now_setup setup;
    int error = now_setup(&setup);

    if (!error)
        error = now_read_page(&setup, page);
    return error ? error : vmclock_leap_rule(&page->snapshot, leap);
}

static int read_in(const struct scale *scale, struct vmclock_newlib_reading *reading)
{
    struct now_page page;
    struct vmclock_leap leap;
    int error = read_page(&page, &leap);

    return now_end(error ? error : convert(scale, &page.reading, &leap, reading));
}

int vmclock_newlib_utc(struct vmclock_newlib_reading *reading)
{
    static const struct scale utc = {.convert = to_utc};

    return read_in(&utc, reading);
}

int vmclock_newlib_tai(struct vmclock_newlib_reading *reading)
{
    static const struct scale tai = {.convert = to_tai};

    return read_in(&tai, reading);
}

int vmclock_newlib_smeared(int smear_hint, struct vmclock_newlib_reading *reading)
{
    struct scale smeared = {.convert = to_smeared};
    struct now_page page;
    struct vmclock_leap leap;
    int error = read_page(&page, &leap);

    if (!error && smear_hint == VMCLOCK_NEWLIB_SMEAR_HINT)
        smear_hint = page.reading.smear_hint;
    if (!error && (smear_hint < 0 || smear_hint > UINT8_MAX))
        error = VMCLOCK_ERR_ARGUMENT;
    if (!error)
        error = vmclock_smear_shape_of((uint8_t)smear_hint, &smeared.shape);
    return now_end(error ? error : convert(&smeared, &page.reading, &leap, reading));
}
