/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * now.h - the readings behind all clocks of this archive. Room-private.
 *
 * Any number of CPUs may be in these functions at once, and interrupt handlers that interrupt them. Each
 * makes at most as many tries as the setup says, and then fails with BUSY.
 */
#ifndef VMCLOCK_BOOT_BARE_NEWLIB_NOW_H
#define VMCLOCK_BOOT_BARE_NEWLIB_NOW_H

#include <time.h>
#include <vmclock/leap.h>
#include <vmclock/steer.h>
#include <vmclock/utc.h>

/* What clocks are read by, as of one moment. */
struct now_setup {
    const struct vmclock *clk;                 /* null: there is no page, ... */
    int error;                                 /* ... and why */
    const struct vmclock_snapshot *calibrated; /* null: by the page's own clock */
    uint64_t boot_ticks;                       /* the counter's value that counts as boot */
    uint32_t number;                           /* changes with each vmclock_newlib_init; not 0 */
    uint32_t tries;                            /* of a reading; the caller may set fewer */
};

/* The first call looks for the page. Returns 0, or BUSY while another CPU does that. */
int now_setup(struct now_setup *setup);

/* The page, or a calibration, as it was read. */
struct now_page {
    struct vmclock_snapshot snapshot;
    struct vmclock_reading reading;
};

/*
 * Reads the page. On failure the snapshot is the page's all the same, unless the error is BUSY or
 * CHANGED, or there is no page.
 */
int now_read_page(const struct now_setup *setup, struct now_page *page);

/* The steered clock's time now, on its axis; where utc is not null, with UTC and TAI of that moment. */
int now_steered(const struct now_setup *setup, struct vmclock_steer_reading *reading,
                struct vmclock_utc_reading *utc);

/* The time since boot, ns; never less than any that was given before, on whichever CPU. */
int now_since_boot(const struct now_setup *setup, int64_t *elapsed_ns);

/* A page of our own that has a period, that of the time since boot; where that began is of no matter. */
int now_pace(const struct now_setup *setup, struct vmclock_snapshot *pace);

int now_is_clock(clockid_t clock);

/* As clock_gettime, but returns the VMCLOCK_ERR_*. once: with one try. */
int now_clock(clockid_t clock, int once, struct timespec *now);

/* What a function ends with: the error is kept, and returned as errno, or in it and as 0 or -1. */
int now_number(int error);
int now_end(int error);

#endif
