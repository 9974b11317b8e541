/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.h - the firmware's real-time clock.
 */
#ifndef VMCLOCK_BOOT_EFI_RTC_H
#define VMCLOCK_BOOT_EFI_RTC_H

#include <vmclock/leap.h>

#include "firmware.h"

/*
 * The time of GetTime as UTC. Most firmware keeps whole seconds, rounded down; a clock that does
 * not state its time zone is taken as UTC.
 *
 * Returns EFI_SUCCESS, the firmware's error, or EFI_DEVICE_ERROR when it gives no valid time.
 */
EFI_STATUS rtc_get(EFI_SYSTEM_TABLE *system, struct vmclock_utc *utc);

#endif
