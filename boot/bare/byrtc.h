/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * byrtc.h - a clock where the page has none: calibrated by the machine's real-time clock.
 */
#ifndef VMCLOCK_BOOT_BARE_BYRTC_H
#define VMCLOCK_BOOT_BARE_BYRTC_H

#include <vmclock/calibrate.h>

/*
 * Waits for the beginning of two of the clock's seconds, so for one to two: their distance tells how
 * fast the counter is. What the CPU says of that is not needed, and in a virtual machine not believed.
 *
 * Returns 0, or with *calibrated untouched an error of platform_rtc_sample or vmclock_calibrate.
 */
int calibrate_by_rtc(const struct vmclock *clk, struct vmclock_snapshot *calibrated);

#endif
