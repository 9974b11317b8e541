/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's SetTime. On PCs it writes whole seconds and leaves the clock's beat alone; where
 * it clears what is below its resolution, GetTime says so.
 */
#include <vmclock/civil.h>
#include <vmclock/efi_time.h>
#include <vmclock/error.h>
#include <vmclock/types.h>
#include "drivers/source/set.h"

static int efi_set_time(const struct vmclock_rtc *rtc, int64_t posix_sec)
{
    const struct vmclock_efi_runtime *runtime;
    struct vmclock_efi_date date;
    struct vmclock_utc utc;
    struct vmclock_civil civil;
    int error = vmclock_efi_runtime_of(rtc->device.system_table, &runtime);

    if (!error && !runtime->set_time)
        error = VMCLOCK_ERR_RTC_ABSENT;
    if (error)
        return error;
    /* In the zone that it has: writing another one would wear out the firmware's flash. */
    error = vmclock_efi_ask(rtc->device.system_table, &date, NULL);
    if (error == VMCLOCK_ERR_RTC_FIRMWARE) {
        date.zone_min = VMCLOCK_EFI_NO_ZONE;
        date.daylight = 0;
    } else if (error) {
        return error;
    }
    utc.posix_sec = posix_sec;
    if (date.zone_min != VMCLOCK_EFI_NO_ZONE)
        utc.posix_sec -= (int64_t)date.zone_min * 60;
    utc.frac64 = 0;
    utc.in_leap_second = 0;
    error = vmclock_utc_to_civil(&utc, &civil);
    if (!error && (civil.year < 1900 || civil.year > 9999))
        error = VMCLOCK_ERR_RANGE;
    if (error)
        return error;
    date.year = (uint16_t)civil.year;
    date.month = civil.month;
    date.day = civil.day;
    date.hour = civil.hour;
    date.minute = civil.minute;
    date.second = civil.second;
    date.nanosecond = 0;
    date.pad1 = date.pad2 = 0;
    return vmclock_efi_status(runtime->set_time(&date));
}

int vmclock_set_efi(const struct vmclock_set *set, const void *system_table,
                    struct vmclock_set_result *result)
{
    struct vmclock_efi_abilities abilities;
    struct vmclock_efi_date date;
    struct vmclock_rtc rtc;
    int error;

    if (!system_table)
        return VMCLOCK_ERR_ARGUMENT;
    vmclock_rtc_of_efi(&rtc, system_table);
    rtc.set = efi_set_time;
    error = vmclock_efi_ask(system_table, &date, &abilities);
    if (error && error != VMCLOCK_ERR_RTC_FIRMWARE)
        return error;
    if (!error && abilities.sets_to_zero)
        rtc.phase = VMCLOCK_RTC_PHASE_ZERO;
    return vmclock_set_rtc(set, &rtc, result);
}
