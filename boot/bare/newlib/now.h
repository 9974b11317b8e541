/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * now.h - the readings behind all clocks of this archive. Room-private.
 */
#ifndef VMCLOCK_BOOT_BARE_NEWLIB_NOW_H
#define VMCLOCK_BOOT_BARE_NEWLIB_NOW_H

#include <vmclock/leap.h>
#include <vmclock/reader.h>

/*
 * The page's time now and its leap rule, both valid until the next call.
 *
 * Returns 0, or a VMCLOCK_ERR_* with both untouched. (A clock that is steered, and never steps, would
 * come in here.)
 */
int now_read(const struct vmclock_reader **reader, const struct vmclock_leap **leap);

/* The time since boot, and how much of it one tick is; the same errors. */
int now_since_boot(struct vmclock_time *elapsed);
int now_tick(int since_boot, struct vmclock_time *tick);

/* What a function ends with: sets errno, and returns 0 or -1. */
int now_end(int error);

#endif
