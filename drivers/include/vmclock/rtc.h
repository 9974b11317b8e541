/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.h - what the real-time clocks of machines have in common: the CMOS clock of PCs (cmos.h), the
 * PL031 of Arm machines (pl031.h), the firmware's GetTime (efi_time.h).
 *
 * None of them knows how right it is, nor anything of leap seconds or TAI. They count whole
 * seconds, set by somebody at some time; emulated ones follow their host's clock, which may be
 * wrong itself. What they keep is taken as UTC, though some systems (Windows on PCs) keep local
 * time.
 *
 * So a sample vouches for no more than this: the clock is within a second of the clock that it was
 * set by. That is no promise about true UTC. QEMU's CMOS clock starts with the fraction of the
 * second cut off and then lags by it, up to a second; and a clock that can only be set to whole
 * seconds stays off by where in its own second that happened.
 */
#ifndef VMCLOCK_RTC_H
#define VMCLOCK_RTC_H

#include <vmclock/calibrate.h>
#include <vmclock/page.h>
#include <vmclock/sources.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a clock said. */
struct vmclock_rtc_time {
    int64_t posix_sec; /* UTC as POSIX counts, if the clock keeps UTC */
    uint32_t ns;       /* 0 to 999999999; 0 from a clock of whole seconds */
    uint8_t assumed;   /* VMCLOCK_RTC_ASSUMED_*: what it did not say */
};

#define VMCLOCK_RTC_ASSUMED_UTC 0x01u     /* that it keeps UTC: all but EFI with a time zone */
#define VMCLOCK_RTC_ASSUMED_CENTURY 0x02u /* a year of two digits, taken as 1970 to 2069 */

/* How far a clock may be off the one that it was set by, either way; and how fast it may drift. */
#define VMCLOCK_RTC_ERROR_NS 1000000000u
#define VMCLOCK_RTC_RATE_PPB 100000u

/*
 * When to take a sample. NOW: at once; the clock's second began up to a second ago, so the interval
 * is a second wide before the clock's own error. EDGE: when the clock's next second begins, which
 * takes up to one: two such samples tell how fast the counter is. The wait is bounded: by 2.5 s
 * of the counter where the CPU advertises its frequency, and by a number of polls always.
 */
enum vmclock_rtc_moment { VMCLOCK_RTC_NOW = 0, VMCLOCK_RTC_EDGE = 1 };

/*
 * What a real-time clock says of itself, for vmclock_calibrate: UTC, free-running, within
 * VMCLOCK_RTC_ERROR_NS either way, drifting by at most VMCLOCK_RTC_RATE_PPB. A caller who knows
 * better may change it.
 *
 * bound_by: VMCLOCK_BOUND_BY_CMOS, _PL031 or _EFI. source: filled; not null. Cannot fail.
 */
void vmclock_rtc_source(uint8_t bound_by, struct vmclock_time_source *source);

#ifdef __cplusplus
}
#endif
#endif
