/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * now.h - the readings behind all clocks of this archive. Room-private.
 */
#ifndef VMCLOCK_BOOT_BARE_NEWLIB_NOW_H
#define VMCLOCK_BOOT_BARE_NEWLIB_NOW_H

#include <vmclock/leap.h>
#include <vmclock/reader.h>
#include <vmclock/steer.h>

/*
 * The page's time now and its leap rule, both valid until the next call.
 *
 * Returns 0, or a VMCLOCK_ERR_* with both untouched.
 */
int now_read(const struct vmclock_reader **reader, const struct vmclock_leap **leap);

/* What the page was read by, last. */
struct now_page {
    const struct vmclock *clk;           /* null: there is none */
    const struct vmclock_reader *reader; /* its reading, if there was one, and its snapshot */
    uint64_t boot_ticks;
};

/*
 * Reads the page: by its own clock, or a calibration. page is set in any case; where the error is
 * neither BUSY nor CHANGED, and there is a page, its snapshot has been read.
 */
int now_read_page(struct now_page *page);

/*
 * The page and what it is read by: calibrated is null for its own clock. setup changes with each
 * vmclock_newlib_init, and is not 0. Returns 0, or why there is no page.
 */
int now_setup(const struct vmclock **clk, const struct vmclock_snapshot **calibrated,
              uint32_t *setup);

/* The steered clock's time now, on its axis, in UTC and in TAI; the same errors. */
int now_steered(struct vmclock_steer_reading *reading);
int now_steered_utc(struct vmclock_utc *utc);
int now_steered_tai(struct vmclock_time *tai);

/* The time since boot, and how much of it one tick is; the same errors. */
int now_since_boot(struct vmclock_time *elapsed);
int now_tick(int since_boot, struct vmclock_time *tick);

/* What a function ends with: sets errno, and returns 0 or -1. */
int now_end(int error);

#endif
