/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steered.c - the clock that users are shown: it follows the page, or a calibration, and never steps
 * while the counter goes on.
 */
#include <vmclock/error.h>
#include <vmclock/steer.h>
#include "boot/bare/newlib/now.h"

#define UPDATE_SEC 1 /* at least so often, while the clock is read */

static struct vmclock_steer steer;
static uint32_t setup;                           /* of the page that steer follows; 0: none */
static const struct vmclock_snapshot *reference; /* as of the last update */
static int64_t updated_sec;

static int update(const struct vmclock_snapshot *calibrated, int new_epoch,
                  struct vmclock_steer_reading *reading)
{
    int error = new_epoch ? vmclock_steer_epoch(&steer, calibrated)
                          : vmclock_steer_update(&steer, calibrated);

    if (!error)
        error = vmclock_steer_now(&steer, reading);
    if (!error) {
        reference = calibrated;
        updated_sec = reading->time.sec;
    }
    return error;
}

int now_steered(struct vmclock_steer_reading *reading)
{
    static const struct vmclock_steer_config config = {.rate_ppb = VMCLOCK_STEER_RATE_PPB_DEFAULT};
    const struct vmclock_snapshot *calibrated;
    const struct vmclock *clk;
    uint32_t current;
    int error = now_setup(&clk, &calibrated, &current);

    if (error)
        return error;
    if (current != setup) {
        error = vmclock_steer_init(&steer, clk, &config);
        setup = current;
        reference = calibrated;
    }
    if (!error)
        error = vmclock_steer_now(&steer, reading);
    if (!error && (reading->update_due || calibrated != reference ||
                   reading->time.sec - updated_sec >= UPDATE_SEC))
        error = update(calibrated, 0, reading);
    /* The first epoch, or what cannot be steered over: a disruption, another kind of time. */
    if (error && error != VMCLOCK_ERR_BUSY)
        error = update(calibrated, 1, reading);
    return error;
}

/* With the rule that gives UTC and TAI. */
static int read_with_rule(struct vmclock_steer_reading *reading, struct vmclock_leap *rule)
{
    int error = now_steered(reading);

    return error ? error : vmclock_steer_rule(&steer, rule);
}

int now_steered_utc(struct vmclock_utc *utc)
{
    struct vmclock_steer_reading reading;
    struct vmclock_leap rule;
    int error = read_with_rule(&reading, &rule);

    return error ? error : vmclock_axis_to_utc(&rule, &reading.time, utc);
}

int now_steered_tai(struct vmclock_time *tai)
{
    struct vmclock_steer_reading reading;
    struct vmclock_leap rule;
    int error = read_with_rule(&reading, &rule);

    return error ? error : vmclock_axis_to_tai(&rule, &reading.time, tai);
}
