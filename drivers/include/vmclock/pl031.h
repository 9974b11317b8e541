/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pl031.h - the real-time clock of Arm machines: one 32-bit register of seconds since 1970, good
 * until 2106. It cannot say whether it was ever set: a clock that was not counts from 1970 on.
 *
 * Arm DDI 0224.
 */
#ifndef VMCLOCK_PL031_H
#define VMCLOCK_PL031_H

#include <vmclock/rtc.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the clock says now.
 *
 * registers: the device's 4 KiB, mapped as device memory; 4-byte aligned; not null. time: not null.
 *
 * Returns 0, or with *time untouched
 *     VMCLOCK_ERR_ARGUMENT     registers or time is null
 *     VMCLOCK_ERR_RTC_ABSENT   the identification registers are not a PL031's
 *     VMCLOCK_ERR_RTC_STOPPED  its control register says that it was not started
 */
int vmclock_pl031_get(const volatile uint32_t *registers, struct vmclock_rtc_time *time);

/* A sample for vmclock_calibrate, with vmclock_rtc_source(VMCLOCK_BOUND_BY_PL031); as
 * vmclock_cmos_sample, with the errors of vmclock_pl031_get. */
int vmclock_pl031_sample(const struct vmclock *clk, const volatile uint32_t *registers, int moment,
                         struct vmclock_sample *sample);

#ifdef __cplusplus
}
#endif
#endif
