/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.c - the firmware's real-time clock.
 */
#include <vmclock/civil.h>
#include <vmclock/time.h>

#include "rtc.h"

EFI_STATUS rtc_get(EFI_SYSTEM_TABLE *system, struct vmclock_utc *utc)
{
    EFI_TIME time;
    struct vmclock_civil civil;
    struct vmclock_time fraction;
    EFI_STATUS status = system->RuntimeServices->GetTime(&time, NULL);

    if (EFI_ERROR(status))
        return status;
    if (time.Second > 59 || time.Nanosecond > 999999999)
        return EFI_DEVICE_ERROR;
    vmclock_time_from_ns(time.Nanosecond, &fraction);
    civil.year = time.Year;
    civil.month = time.Month;
    civil.day = time.Day;
    civil.hour = time.Hour;
    civil.minute = time.Minute;
    civil.second = time.Second;
    civil.frac64 = fraction.frac64;
    if (vmclock_civil_to_utc(&civil, utc))
        return EFI_DEVICE_ERROR;
    if (time.TimeZone != EFI_UNSPECIFIED_TIMEZONE)
        utc->posix_sec += time.TimeZone * 60; /* UTC = local time + TimeZone */
    return EFI_SUCCESS;
}
