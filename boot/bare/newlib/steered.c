/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steered.c - the clock that users are shown: it follows the page, or a calibration, and never steps
 * while the counter goes on.
 *
 * Any number of CPUs read it by its own lock (lib/steered.c), which is never waited for. Who finds that
 * it is to be updated tries for the updater's lock, and updates it; who does not get that goes on by what
 * there is, or, where there is nothing, tries again.
 */
#include <vmclock/error.h>
#include "arch/arch.h"
#include "boot/bare/newlib/atomic.h"
#include "boot/bare/newlib/now.h"

#define UPDATE_SEC 1 /* at least so often, while the clock is read */

static struct vmclock_steer steer;
static uint32_t updating;   /* a lock; its holder writes all of these: */
static struct vmclock once; /* the page that steer follows, with one try */
static uint32_t followed;   /* of which setup that is; 0: of none, and steer is not to be read */
static const struct vmclock_snapshot *reference; /* as of the last update */
static int64_t updated_sec;

static int look(struct vmclock_steer_reading *reading, struct vmclock_utc_reading *utc)
{
    int error;

    if (!utc)
        return vmclock_steer_now(&steer, reading);
    error = vmclock_steer_utc_now(&steer, utc);
    if (error)
        return error;
    reading->time = utc->utc.instant;
    reading->counter = utc->counter;
    reading->epoch = utc->epoch;
    reading->update_due = utc->update_due;
    return 0;
}

static int is_due(const struct now_setup *setup, const struct vmclock_steer_reading *reading)
{
    return reading->update_due || setup->calibrated != ATOMIC_LOAD(reference) ||
           reading->time.sec - ATOMIC_LOAD(updated_sec) >= UPDATE_SEC;
}

static int turn(const struct now_setup *setup, int new_epoch, struct vmclock_steer_reading *reading,
                struct vmclock_utc_reading *utc)
{
    int error = new_epoch ? vmclock_steer_start_epoch(&steer, setup->calibrated)
                          : vmclock_steer_update(&steer, setup->calibrated);

    if (!error)
        error = look(reading, utc);
    if (!error) {
        ATOMIC_STORE(reference, setup->calibrated);
        ATOMIC_STORE(updated_sec, reading->time.sec);
    }
    return error;
}

static void follow(const struct now_setup *setup)
{
    static const struct vmclock_steer_config config = {.rate_ppb = VMCLOCK_STEER_RATE_PPB_DEFAULT};

    once = *setup->clk;
    once.max_tries = 1;
    (void)vmclock_steer_init(&steer, &once, &config); /* 0: the rate is one that there is */
    ATOMIC_STORE(followed, setup->number);
}

/* By who has the lock. What another CPU has done before it got it is not done again. */
static int update(const struct now_setup *setup, struct vmclock_steer_reading *reading,
                  struct vmclock_utc_reading *utc)
{
    int error;

    if (followed != setup->number)
        follow(setup);
    once.max_age_sec = setup->clk->max_age_sec;
    error = look(reading, utc);
    if (!error && is_due(setup, reading))
        error = turn(setup, 0, reading, utc);
    /* The first epoch, or what cannot be steered over: a disruption, another kind of time. */
    if (error && error != VMCLOCK_ERR_BUSY)
        error = turn(setup, 1, reading, utc);
    return error;
}

static int try_steered(const struct now_setup *setup, struct vmclock_steer_reading *reading,
                       struct vmclock_utc_reading *utc)
{
    int error = VMCLOCK_ERR_NO_CLOCK;

    if (ATOMIC_LOAD(followed) == setup->number) {
        error = look(reading, utc);
        if (error == VMCLOCK_ERR_BUSY || (!error && !is_due(setup, reading)))
            return error;
    }
    if (!lock_try(&updating))
        return error ? VMCLOCK_ERR_BUSY : 0;
    error = update(setup, reading, utc);
    lock_release(&updating);
    return error;
}

int now_steered(const struct now_setup *setup, struct vmclock_steer_reading *reading,
                struct vmclock_utc_reading *utc)
{
    if (setup->error)
        return setup->error;
    for (uint32_t tries = setup->tries; tries; tries--) {
        int error = try_steered(setup, reading, utc);

        if (error != VMCLOCK_ERR_BUSY)
            return error;
        vmclock_arch_pause();
    }
    return VMCLOCK_ERR_BUSY;
}
