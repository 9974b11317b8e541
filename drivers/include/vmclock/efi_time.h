/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * efi_time.h - the firmware's real-time clock, by GetTime. Needs no EFI headers.
 *
 * A firmware that states no time zone (2047) keeps local time, says UEFI; nearly all of them keep
 * UTC, and are taken at that. With a zone, UTC is the firmware's time plus the zone's minutes;
 * the daylight bits are information only. UEFI 2.10, 8.3.
 */
#ifndef VMCLOCK_EFI_TIME_H
#define VMCLOCK_EFI_TIME_H

#include <vmclock/rtc.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the clock says now.
 *
 * system_table: the EFI_SYSTEM_TABLE *, while the runtime services are where it says: during boot
 * services, or afterwards as long as they were not moved. time: not null.
 *
 * Returns 0, or with *time untouched
 *     VMCLOCK_ERR_ARGUMENT      system_table or time is null
 *     VMCLOCK_ERR_EFI           the system table or the runtime services' table is damaged
 *     VMCLOCK_ERR_RTC_ABSENT    GetTime says EFI_UNSUPPORTED, or is null
 *     VMCLOCK_ERR_RTC_FIRMWARE  GetTime fails otherwise
 *     VMCLOCK_ERR_RTC_INVALID   it gives a date, time, zone or daylight bit that does not exist, or
 *                               leaves one of them unwritten
 */
int vmclock_efi_time_get(const void *system_table, struct vmclock_rtc_time *time);

/* A sample for vmclock_calibrate, with vmclock_rtc_source(VMCLOCK_BOUND_BY_EFI); as
 * vmclock_cmos_sample, with the errors of vmclock_efi_time_get. */
int vmclock_efi_time_sample(const struct vmclock *clk, const void *system_table, int moment,
                            struct vmclock_sample *sample);

#ifdef __cplusplus
}
#endif
#endif
