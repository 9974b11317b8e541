/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steer.h - the guest's own clock: it follows a reference by running slower or faster, at a bounded
 * rate, and never goes backwards.
 *
 *     vmclock_steer_init(&steer, &clk, &config);
 *     vmclock_steer_start_epoch(&steer, NULL);               NULL: by the page; else a calibrated snapshot
 *     vmclock_steer_update(&steer, NULL);              once a second or so, and when notified
 *     vmclock_steer_now(&steer, &reading);             anywhere, any number of CPUs
 *
 * Its axis is TAI, so leap seconds are no steps. Where the reference's TAI is not known when an
 * epoch starts, it is the reference's own continuous axis at that moment, to which later references
 * are related by the UTC labels that both know; so they are, too, while the reference has lost its
 * TAI: in 23:59:60 of a UTC page, or without an offset. vmclock_steer_utc_now gives UTC on either.
 *
 * Slewing away 1 s at 500 ppm takes 33 minutes, in which the clock is outside of the interval that
 * its reference gives. So each reading has that interval as it is, and says whether the clock is
 * within it.
 *
 * An epoch is a time without a step: it ends with a disruption of the counter, or when the clock is
 * farther off than the caller allows. Then readings fail until the caller starts another one, which
 * may step either way.
 */
#ifndef VMCLOCK_STEER_H
#define VMCLOCK_STEER_H

#include <vmclock/clock.h>
#include <vmclock/leap.h>
#include <vmclock/page.h>
#include <vmclock/time.h>
#include <vmclock/types.h>
#include <vmclock/utc.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMCLOCK_STEER_RATE_PPB_DEFAULT 500000u /* 500 ppm, as NTP */

/* s: at an update, the clock and its reference are at most so far from 0. The lines that start there
 * have 2^62 ticks before them, of up to 1/2 s each. */
#define VMCLOCK_STEER_SEC_MAX (INT64_C(1) << 61)

struct vmclock_steer_config {
    uint64_t limit_ns; /* an offset above it is an error until a new epoch; 0: no limit */
    uint32_t rate_ppb; /* runs at most so much faster or slower than the reference; up to 10^8 */
};

/* A time that grows with the ticks from a start in a straight line. Of the library. */
struct vmclock_line {
    uint64_t step_frac64; /* 2^-64 s a tick, ... */
    uint64_t step_guard;  /* ... and 2^-128 s a tick */
    uint64_t base_sec;
    uint64_t base_frac64;
    uint64_t base_room; /* UINT64_MAX less the 2^-128 s of the base */
};

/* Set by vmclock_steer_init; the caller keeps it. All of it is the library's. */
struct vmclock_steer {
    /* What readers look at each time. */
    uint32_t epoch; /* these five as in a reading */
    uint8_t time_type;
    uint8_t bound_by;
    uint8_t bound_kind;
    uint8_t clock_status;
    volatile uint32_t seq;                          /* odd during an update */
    const volatile struct vmclock_page *quick_page; /* null where the quick way is not for clk */
    uint64_t lock_word;      /* of the page at the last update: seq_count, and what is beside it */
    uint64_t ref_counter;    /* the page's, as of the last update */
    uint64_t marker;         /* the page's, in this epoch */
    uint64_t start_counter;  /* ticks: where the lines start */
    uint64_t window_ticks;   /* for so long all lines are valid; 0: the quick way is closed */
    uint64_t converge_ticks; /* from there on the clock is in the reference's interval */
    uint64_t slew_ticks;     /* the segment's end, from the start: there the offset is gone */
    struct vmclock_line earliest, latest; /* the reference's interval */
    struct vmclock_line slew, follow;     /* the clock up to the segment's end, and past it */
    /* And when they cannot take the quick way. */
    int32_t error;                     /* why this epoch is over; 0: it is not */
    uint32_t page_seq;                 /* as of the last update */
    uint8_t by_page;                   /* the reference is the page itself */
    struct vmclock_snapshot reference; /* as of the last update */
    struct vmclock_leap rule;          /* of the reference, on this clock's axis */
    int64_t shift_sec;                 /* this clock's axis minus the reference's */
    struct vmclock once;               /* the handle, with one try */
    /* The updater's. */
    const struct vmclock *clk;
    struct vmclock_steer_config config;
    struct vmclock_snapshot next;
    struct vmclock_reading now;
};

struct vmclock_steer_reading {
    struct vmclock_time time;     /* the clock's own, on its axis */
    struct vmclock_time earliest; /* the reference's interval, on the same axis, ... */
    struct vmclock_time latest;   /* ... as vmclock_at gives it for counter */
    uint64_t counter;             /* ticks */
    uint32_t epoch;               /* changes with each: times of one are never before each other */
    uint8_t time_type; /* enum vmclock_time_type of the axis: TAI, else TAI is not known */
    uint8_t bound_by;  /* as in the reference's reading */
    uint8_t bound_kind;
    uint8_t clock_status;
    uint8_t converged;  /* time is in [earliest, latest] */
    uint8_t update_due; /* the page changed since the last update */
};

/*
 * Makes a clock that has no epoch yet: readings fail with NO_CLOCK.
 *
 * clk: an opened handle, which stays where it is; with or without a page. config: copied; not null.
 * Returns 0, or VMCLOCK_ERR_ARGUMENT when rate_ppb is 0 or above 10^8.
 */
int vmclock_steer_init(struct vmclock_steer *steer, const struct vmclock *clk,
                       const struct vmclock_steer_config *config);

/*
 * Starts an epoch: sets the clock to the reference's time.
 *
 * calibrated: the reference (calibrate.h); null: the page's own clock.
 *
 * For one updater at a time; readers may go on meanwhile. Returns 0, or an error of
 * vmclock_calibrated_now or vmclock_now, then the epoch before goes on if there is one, or
 * VMCLOCK_ERR_RANGE for a time beyond VMCLOCK_STEER_SEC_MAX, or a counter not above 2 Hz, or, on a
 * UTC page of which neither TAI nor UTC is known, the rule's utc_error (leap.h).
 */
int vmclock_steer_start_epoch(struct vmclock_steer *steer,
                              const struct vmclock_snapshot *calibrated);

/*
 * Steers: from now on the clock runs so that the offset from the reference's time is gone at the end
 * of a segment, and then as fast as the reference.
 *
 * Call it about once a second, whenever the page was updated, and with every new calibration. When it
 * is not called, the segment ends and the clock follows the reference as it last was. Readers wait
 * during the call, which takes about a microsecond: keep it from being interrupted where you can.
 *
 * calibrated: as for vmclock_steer_start_epoch; may be another one, or null, at each call.
 *
 * After an error of either call, until one succeeds, no reading is made from what the library keeps
 * of the page: each takes the page as it is then. So where the clock goes by the page, and that is
 * refused, readings fail with the same error; a clock that goes by a calibration goes on by it, as
 * long as its age allows.
 *
 * Returns 0, or an error as vmclock_steer_start_epoch, with the segment unchanged, and
 *     VMCLOCK_ERR_DISRUPTED  the page's marker changed: the epoch is over
 *     VMCLOCK_ERR_TOO_FAR    the offset is above limit_ns: the epoch is over
 *     VMCLOCK_ERR_NO_CLOCK   also when there was no epoch yet
 *     VMCLOCK_ERR_TAI_OFFSET, LEAP, LEAP_HORIZON, NO_EPOCH, TIME_TYPE, CALENDAR
 *                            the reference cannot be related to the clock's axis
 */
int vmclock_steer_update(struct vmclock_steer *steer, const struct vmclock_snapshot *calibrated);

/*
 * The clock now. In one epoch it is never before any reading that was complete when this one began,
 * on whichever CPU, as far as the CPUs' counters agree; where they do not, clamp.h.
 *
 * The page's seq and marker are checked around the counter. When the page changed since the last
 * update, the interval is that of the page as it is now. Returns 0, or with *reading untouched
 *     VMCLOCK_ERR_DISRUPTED, VMCLOCK_ERR_TOO_FAR, VMCLOCK_ERR_NO_CLOCK
 *                            the epoch is over, or there is none
 *     VMCLOCK_ERR_BUSY       an update, of this clock or of the page, for max_tries tries
 * or an error of vmclock_now, or as vmclock_steer_update for a reference that cannot be related.
 * At most max_tries rounds, each of one copy of the page. Reentrant.
 */
int vmclock_steer_now(const struct vmclock_steer *steer, struct vmclock_steer_reading *reading);

/*
 * The same with one try, whatever max_tries is: for interrupt handlers and whoever else must not
 * wait. One that interrupts the updater gets BUSY at once, and would get it after any number of tries.
 */
int vmclock_steer_try_now(const struct vmclock_steer *steer, struct vmclock_steer_reading *reading);

/*
 * UTC by the clock now: its own time in utc and tai, the reference's interval in earliest and latest,
 * and epoch, converged and update_due, all of one moment. What is known of leap seconds is what the
 * page says at this very moment, where the clock goes by it, else what the reference said.
 *
 * utc is not before that of an earlier reading of the epoch, unless what is known of leap seconds has
 * changed in between. While converged is 0, it lies outside of [earliest, latest].
 *
 * Costs what vmclock_utc_now does. Errors as vmclock_steer_now, with *now untouched. What is not known
 * of UTC, TAI or the bound is no error: it is data. Reentrant.
 */
int vmclock_steer_utc_now(const struct vmclock_steer *steer, struct vmclock_utc_reading *now);

/* The same with one try. */
int vmclock_steer_try_utc_now(const struct vmclock_steer *steer, struct vmclock_utc_reading *now);

#ifdef __cplusplus
}
#endif
#endif
