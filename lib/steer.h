/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steer.h - what the updater (steer.c) and the readers (steered.c) of a steered clock share.
 */
#ifndef VMCLOCK_LIB_STEER_H
#define VMCLOCK_LIB_STEER_H

#include <vmclock/error.h>
#include <vmclock/steer.h>
#include "lib/line.h"
#include "lib/listed.h"

#define STEER_TICKS_MAX (UINT64_C(1) << 62) /* from the start; beyond, RANGE */

/* How the axis of a reference lies to the clock's. */
struct steer_axis {
    struct vmclock_leap rule; /* the reference's, on the clock's axis */
    int64_t shift_sec;        /* the clock's axis minus the reference's */
    uint8_t time_type;        /* of the clock's axis */
};

/* A new epoch takes its axis from the reference: TAI if that is known, else the reference's own. */
int vmclock_steer_relate(const struct vmclock_steer *steer, int new_epoch,
                         const struct vmclock_snapshot *reference, struct steer_axis *axis);

/*
 * A reading in the making. Whoever fills it is in one window of the clock's lock, and whoever uses it has
 * no other way to the clock: so what a reading says of its time is of the time's own moment.
 */
struct steered_try {
    struct vmclock_snapshot page;  /* its estimate is that of what the clock goes by */
    struct vmclock_reading now;    /* by the reference; time is the clock's own */
    struct vmclock_time reference; /* the reference's own time, on its axis */
    struct steer_axis axis;        /* of the reference; a page may have changed since the update */
    uint32_t epoch;
    uint8_t time_type;
    uint8_t update_due;
};

/* As vmclock_steer_now, in so many whole tries; and then all of utc from it. */
int vmclock_steered_try(const struct vmclock_steer *steer, uint32_t tries, struct steered_try *got);
void vmclock_steered_set_utc(struct steered_try *got, struct vmclock_utc_reading *utc);

LISTED(struct vmclock_leap, 35);

static WIDE_INLINE void steer_copy_rule(struct vmclock_leap *to, const struct vmclock_leap *from)
{
    to->known_from_sec = from->known_from_sec;
    to->known_until_sec = from->known_until_sec;
    to->boundary_sec = from->boundary_sec;
    to->before_sec = from->before_sec;
    to->tai_ahead_sec = from->tai_ahead_sec;
    to->leap = from->leap;
    to->utc_error = from->utc_error;
    to->tai_error = from->tai_error;
}

/* The clock's own time at a counter value; at values before the start what it is there. */
static WIDE_INLINE int steer_own_at(const struct vmclock_steer *steer, uint64_t counter,
                                    struct vmclock_time *own)
{
    uint64_t ticks = counter - steer->start_counter;

    if (ticks >> 63) /* another CPU's counter, or one that was set back: never backwards */
        ticks = 0;
    if (ticks >= STEER_TICKS_MAX)
        return VMCLOCK_ERR_RANGE;
    if (ticks < steer->slew_ticks)
        line_at(&steer->slew, ticks, own);
    else
        line_at(&steer->follow, ticks - steer->slew_ticks, own);
    return 0;
}

#endif
