/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's GetTime. UEFI 2.10, 4.3, 4.5 and 8.3.
 */
#include <vmclock/civil.h>
#include <vmclock/efi_time.h>
#include <vmclock/error.h>
#include <vmclock/types.h>
#include "drivers/efi/system.h"
#include "drivers/source/internal.h"

#define EFI_TIME_RUNTIME UINT64_C(0x56524553544e5552)     /* "RUNTSERV" */
#define EFI_TIME_UNSUPPORTED ((UINTPTR_MAX >> 1) + 1 + 3) /* an error: the top bit is set */
#define EFI_TIME_ZONE_MAX_MIN 1440
#define EFI_TIME_DAYLIGHT 0x03u    /* the bits that there are */
#define EFI_TIME_GETS_MAX 2000000u /* some 1 us each at the least */

#if __SIZEOF_POINTER__ == 8
VMCLOCK_STATIC_ASSERT(VMCLOCK_OFFSETOF(struct efi_system_table, runtime_services) == 88,
                      "EFI system table");
#else
VMCLOCK_STATIC_ASSERT(VMCLOCK_OFFSETOF(struct efi_system_table, runtime_services) == 56,
                      "EFI system table");
#endif
VMCLOCK_STATIC_ASSERT(sizeof(struct vmclock_efi_date) == 16, "EFI_TIME");

int vmclock_efi_runtime_of(const void *system_table, const struct vmclock_efi_runtime **runtime)
{
    const struct efi_system_table *system = system_table;

    if (system->signature != EFI_SIGNATURE || system->header_size < sizeof(*system) ||
        !system->runtime_services)
        return VMCLOCK_ERR_EFI;
    if (system->runtime_services->signature != EFI_TIME_RUNTIME ||
        system->runtime_services->header_size < sizeof(**runtime))
        return VMCLOCK_ERR_EFI;
    *runtime = system->runtime_services;
    return 0;
}

int vmclock_efi_status(vmclock_uintptr status)
{
    if (status == 0)
        return 0;
    return status == EFI_TIME_UNSUPPORTED ? VMCLOCK_ERR_RTC_ABSENT : VMCLOCK_ERR_RTC_FIRMWARE;
}

/* No field as a clock can have it: what GetTime does not write then gives no time. */
static void efi_time_unset(struct vmclock_efi_date *date)
{
    date->year = 0;
    date->month = 0;
    date->day = 0;
    date->hour = UINT8_MAX;
    date->minute = UINT8_MAX;
    date->second = UINT8_MAX;
    date->pad1 = 0;
    date->nanosecond = UINT32_MAX;
    date->zone_min = INT16_MIN;
    date->daylight = UINT8_MAX;
    date->pad2 = 0;
}

static int efi_time_zone_exists(const struct vmclock_efi_date *date)
{
    return (date->daylight & ~EFI_TIME_DAYLIGHT) == 0 &&
           (date->zone_min == VMCLOCK_EFI_NO_ZONE ||
            (date->zone_min >= -EFI_TIME_ZONE_MAX_MIN && date->zone_min <= EFI_TIME_ZONE_MAX_MIN));
}

int vmclock_efi_ask(const void *system_table, struct vmclock_efi_date *date,
                    struct vmclock_efi_abilities *abilities)
{
    const struct vmclock_efi_runtime *runtime;
    int error = vmclock_efi_runtime_of(system_table, &runtime);

    if (error)
        return error;
    if (!runtime->get_time)
        return VMCLOCK_ERR_RTC_ABSENT;
    efi_time_unset(date);
    if (abilities) {
        abilities->resolution_hz = 0;
        abilities->accuracy_ppt = 0;
        abilities->sets_to_zero = 0;
    }
    error = vmclock_efi_status(runtime->get_time(date, abilities));
    if (!error && (!efi_time_zone_exists(date) || (abilities && abilities->sets_to_zero > 1)))
        error = VMCLOCK_ERR_RTC_INVALID;
    return error;
}

int vmclock_efi_time_get(const void *system_table, struct vmclock_rtc_time *time)
{
    struct vmclock_efi_date date;
    struct vmclock_civil civil;
    struct vmclock_utc utc;
    int error, has_zone;

    if (!system_table || !time)
        return VMCLOCK_ERR_ARGUMENT;
    error = vmclock_efi_ask(system_table, &date, NULL);
    if (error)
        return error;
    civil.year = date.year;
    civil.month = date.month;
    civil.day = date.day;
    civil.hour = date.hour;
    civil.minute = date.minute;
    civil.second = date.second;
    civil.frac64 = 0;
    if (date.year < 1900 || date.year > 9999 || date.second > 59 || date.nanosecond > 999999999 ||
        vmclock_civil_to_utc(&civil, &utc) != 0)
        return VMCLOCK_ERR_RTC_INVALID;
    has_zone = date.zone_min != VMCLOCK_EFI_NO_ZONE;
    time->posix_sec = utc.posix_sec + (has_zone ? (int64_t)date.zone_min * 60 : 0);
    time->assumed = (uint8_t)(has_zone ? 0 : VMCLOCK_RTC_ASSUMED_UTC);
    time->ns = date.nanosecond;
    return 0;
}

static int efi_time_get(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time)
{
    return vmclock_efi_time_get(rtc->device.system_table, time);
}

void vmclock_rtc_of_efi(struct vmclock_rtc *rtc, const void *system_table)
{
    rtc->get = efi_time_get;
    rtc->set = NULL;
    rtc->device.system_table = system_table;
    rtc->max_polls = EFI_TIME_GETS_MAX;
    rtc->phase = VMCLOCK_RTC_PHASE_KEPT;
}

int vmclock_efi_time_sample(const struct vmclock *clk, const void *system_table, int moment,
                            struct vmclock_sample *sample)
{
    struct vmclock_rtc rtc;

    vmclock_rtc_of_efi(&rtc, system_table);
    return vmclock_rtc_sample(clk, &rtc, moment, sample);
}
