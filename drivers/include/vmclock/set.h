/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.h - the real-time clock set from a trustworthy reading, for what starts next: a bootloader
 * calls one of these before the kernel, which takes its time from there.
 *
 * The clock is set to UTC and only if the time is known to be right:
 *   - the page gives a reading, by its own clock or by a calibrated snapshot, no older than
 *     max_age_sec of the handle, and it has a UTC label;
 *   - the error is promised (VMCLOCK_BOUND_MAXIMUM) and at most max_error_ns;
 *   - the disruption marker does not change from the first reading to the last one.
 * Else nothing is written, and the error says why. A page that has become stale without a sign,
 * such as that of a machine that was restored behind its publisher's back, only the age limit
 * finds.
 *
 * Real-time clocks know no leap seconds: a leap second after the call makes them wrong, one
 * during it gives VMCLOCK_ERR_RTC_NOT_SET or a clock that is a second off.
 *
 * Where the clock keeps the beat of its seconds (PL031, EFI on PCs) it is set right after a beat to
 * the nearest second, so it is at most half a second off; else (MC146818) to some milliseconds.
 * It is then read back at its next beat, which shows that it runs. All that takes two to three
 * seconds; up to three attempts are made. Bounded by max_readings and by the bounds
 * of rtc.h. Not reentrant for one clock.
 */
#ifndef VMCLOCK_SET_H
#define VMCLOCK_SET_H

#include <vmclock/cmos.h>
#include <vmclock/page.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMCLOCK_SET_ERROR_NS_DEFAULT UINT64_C(100000000) /* a tenth of a second */
#define VMCLOCK_SET_READINGS_DEFAULT 20000000u
#define VMCLOCK_SET_OFF_NS_MAX 600000000 /* a clock that is farther off was not set */

/* What to set a clock by. */
struct vmclock_set {
    const struct vmclock *clk;                 /* opened; not null */
    const struct vmclock_snapshot *calibrated; /* null: by the page's own clock */
    uint64_t max_error_ns; /* of a reading; VMCLOCK_SET_ERROR_NS_DEFAULT; at most half a second */
    uint32_t max_readings; /* of the page; VMCLOCK_SET_READINGS_DEFAULT, some 2 s at the least */
};

/* What the clock showed when it was read back, against the reading at that moment. */
struct vmclock_set_result {
    int64_t posix_sec; /* when its second began, it showed this */
    int64_t ahead_ns;  /* it was ahead of the reading by so much, give or take error_ns */
    int64_t error_ns;  /* of the reading, and of the moment */
};

/*
 * Sets the CMOS clock, in the format that it has, and its century where there is a register for it.
 *
 * set, cmos, result: not null, nor cmos->write.
 *
 * Returns 0, or
 *     an error of vmclock_take_snapshot or vmclock_at, or why UTC is not known (leap.h),
 *     VMCLOCK_ERR_STALE, VMCLOCK_ERR_DISRUPTED
 *     VMCLOCK_ERR_ARGUMENT      a pointer is null
 *     VMCLOCK_ERR_BOUND         the reading has no promised bound, or a wider one than max_error_ns
 *     VMCLOCK_ERR_RANGE         the clock cannot show such a year
 *     VMCLOCK_ERR_BUSY          also: the moment did not come within max_readings readings
 *     VMCLOCK_ERR_RTC_ABSENT    there is no such clock
 * with the clock as it was (or as a failed attempt has set it), or
 *     VMCLOCK_ERR_RTC_NOT_SET   it does not show the time that it was set to
 *     or an error of vmclock_cmos_get when it was read back.
 * *result is only written with 0.
 */
int vmclock_set_cmos(const struct vmclock_set *set, const struct vmclock_cmos *cmos,
                     struct vmclock_set_result *result);

/* The same of a PL031, which is started if it was not. registers: as in pl031.h. Until 2106. */
int vmclock_set_pl031(const struct vmclock_set *set, volatile uint32_t *registers,
                      struct vmclock_set_result *result);

/*
 * The same by EFI's SetTime, in the time zone that GetTime states. system_table: as in efi_time.h.
 * VMCLOCK_ERR_RTC_FIRMWARE: SetTime failed. VMCLOCK_ERR_RTC_INVALID with the clock as it was: GetTime
 * succeeds and states no zone that exists, or abilities that do not.
 */
int vmclock_set_efi(const struct vmclock_set *set, const void *system_table,
                    struct vmclock_set_result *result);

#ifdef __cplusplus
}
#endif
#endif
