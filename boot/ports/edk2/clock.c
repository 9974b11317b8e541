/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - RealTimeClockLib: the page's time and, while it gives none, that of the clock which the platform had
 * before, if it had one. Before ExitBootServices VMCLOCK_PROTOCOL, too.
 *
 * The ACPI tables come long after this driver: the page is looked for when they have changed.
 */
#include <Library/DebugLib.h>
#include <Library/RealTimeClockLib.h>
#include <Library/UefiBootServicesTableLib.h>
#include <Library/UefiLib.h>
#include <Library/UefiRuntimeLib.h>
#include <PiDxe.h>
#include <Protocol/RealTimeClock.h>
#include <vmclock/error.h>
#include "boot/efi/driver.h"
#include "boot/efi/page.h"
#include "boot/efi/protocol.h"
#include "runtime.h"

#define YEAR_MIN 1900 /* of an EFI_TIME */
#define YEAR_MAX 9999
#define SECOND_MAX 59
#define NS_PER_SEC 1000000000u
#define ACCURACY 50000000u /* 50 ppm: the page's bound is no rate */

static struct driver driver;
static BOOLEAN is_stale = TRUE; /* the tables have changed since they were looked into */

/* What runtime services have: addresses that change with them. */
static VOID *page; /* null: not mapped */

static struct {
    EFI_GET_TIME get_time; /* null: the platform has no clock of its own */
    EFI_SET_TIME set_time;
    EFI_GET_WAKEUP_TIME get_wakeup_time;
    EFI_SET_WAKEUP_TIME set_wakeup_time;
} own;

static VOID look(VOID)
{
    if (driver.found || !is_stale)
        return;
    is_stale = FALSE;
    driver.error = page_find(driver.system, &driver.region);
    driver.found = !driver.error;
}

/* Opened anew each time: one that was no page yet may be one now, and addresses have changed. */
static VOID open_page(VOID)
{
    interface_init(&driver);
    if (!EfiAtRuntime()) {
        look();
        if (driver.found)
            driver.error = page_open_at(&driver.region, &driver.clk);
    } else if (driver.found) {
        driver.error =
            page ? vmclock_open(&driver.clk, page, (size_t)driver.region.length) : VMCLOCK_ERR_MAP;
    }
}

/* Once for each reason, while there is somebody who reads it. */
static VOID say_why_not(VOID)
{
    static int said;
    struct vmclock_protocol_state state;

    if (EfiAtRuntime() ||
        EFI_ERROR(driver.protocol.state(&driver.protocol, 0, sizeof(state), &state)) ||
        state.error == said || state.error == VMCLOCK_ERR_NO_DEVICE)
        return;
    said = state.error;
    DEBUG((DEBUG_WARN, "vmclock-rtc: %s: %s %a\n", state.name, state.text,
           own.get_time ? "The time is that of the machine's own clock." : "There is no time."));
}

/* A leap second is its minute's last one once more. */
static VOID fill(const struct vmclock_protocol_utc *utc, EFI_TIME *time)
{
    time->Year = (UINT16)utc->year;
    time->Month = utc->month;
    time->Day = utc->day;
    time->Hour = utc->hour;
    time->Minute = utc->minute;
    time->Second = utc->second > SECOND_MAX ? SECOND_MAX : utc->second;
    time->Pad1 = 0;
    time->Nanosecond = utc->ns;
    time->TimeZone = 0;
    time->Daylight = 0;
    time->Pad2 = 0;
}

/* What GetTime may return where there is no time. */
static EFI_STATUS status_of(EFI_STATUS status)
{
    return status == EFI_NOT_FOUND || status == EFI_UNSUPPORTED ? EFI_UNSUPPORTED
                                                                : EFI_DEVICE_ERROR;
}

EFI_STATUS EFIAPI LibGetTime(EFI_TIME *time, EFI_TIME_CAPABILITIES *capabilities)
{
    struct vmclock_protocol_utc utc;
    EFI_STATUS status;

    if (!time)
        return EFI_INVALID_PARAMETER;
    open_page();
    status = driver.protocol.utc(&driver.protocol, 0, sizeof(utc), &utc);
    if (!EFI_ERROR(status) && utc.year >= YEAR_MIN && utc.year <= YEAR_MAX) {
        fill(&utc, time);
        if (capabilities) {
            capabilities->Resolution = NS_PER_SEC;
            capabilities->Accuracy = ACCURACY;
            capabilities->SetsToZero = FALSE;
        }
        return EFI_SUCCESS;
    }
    say_why_not();
    return own.get_time ? own.get_time(time, capabilities) : status_of(status);
}

/* The machine's own clock: the page's is the hypervisor's. */
EFI_STATUS EFIAPI LibSetTime(EFI_TIME *time)
{
    return own.set_time ? own.set_time(time) : EFI_UNSUPPORTED;
}

EFI_STATUS EFIAPI LibGetWakeupTime(BOOLEAN *enabled, BOOLEAN *pending, EFI_TIME *time)
{
    return own.get_wakeup_time ? own.get_wakeup_time(enabled, pending, time) : EFI_UNSUPPORTED;
}

EFI_STATUS EFIAPI LibSetWakeupTime(BOOLEAN enabled, EFI_TIME *time)
{
    return own.set_wakeup_time ? own.set_wakeup_time(enabled, time) : EFI_UNSUPPORTED;
}

static VOID EFIAPI tables_changed(EFI_EVENT event, VOID *context)
{
    (void)event;
    (void)context;
    is_stale = TRUE;
}

/* Before the system's loader asks for the map of memory. */
static VOID EFIAPI ready_to_boot(EFI_EVENT event, VOID *context)
{
    EFI_STATUS status;

    (void)context;
    look();
    if (!driver.found)
        return;
    gBS->CloseEvent(event);
    status = vmclock_edk2_keep(&driver.region);
    if (!EFI_ERROR(status))
        page = (VOID *)(UINTN)driver.region.phys;
    else
        DEBUG((DEBUG_WARN, "vmclock-rtc: the page is not mapped for a system: %r: its time is %a\n",
               status, own.get_time ? "that of the machine's own clock" : "not to be had"));
}

static VOID EFIAPI addresses_change(EFI_EVENT event, VOID *context)
{
    (void)event;
    (void)context;
    EfiConvertPointer(EFI_OPTIONAL_PTR, &page);
    EfiConvertPointer(EFI_OPTIONAL_PTR, (VOID **)&own.get_time);
    EfiConvertPointer(EFI_OPTIONAL_PTR, (VOID **)&own.set_time);
    EfiConvertPointer(EFI_OPTIONAL_PTR, (VOID **)&own.get_wakeup_time);
    EfiConvertPointer(EFI_OPTIONAL_PTR, (VOID **)&own.set_wakeup_time);
}

static EFI_STATUS on(EFI_GUID *group, EFI_TPL tpl, EFI_EVENT_NOTIFY function)
{
    EFI_EVENT event;

    return gBS->CreateEventEx(EVT_NOTIFY_SIGNAL, tpl, function, NULL, group, &event);
}

/* The clock that the platform has by now. Without one the table's functions are not to be called. */
static VOID remember(const EFI_RUNTIME_SERVICES *services)
{
    VOID *clock;

    if (EFI_ERROR(gBS->LocateProtocol(&gEfiRealTimeClockArchProtocolGuid, NULL, &clock)))
        return;
    own.get_time = services->GetTime;
    own.set_time = services->SetTime;
    own.get_wakeup_time = services->GetWakeupTime;
    own.set_wakeup_time = services->SetWakeupTime;
}

EFI_STATUS EFIAPI LibRtcInitialize(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    EFI_STATUS status;
    EFI_EVENT event;

    driver.system = system;
    driver.error = VMCLOCK_ERR_NO_DEVICE;
    interface_init(&driver);
    remember(system->RuntimeServices);
    status = on(&gEfiAcpiTableGuid, TPL_CALLBACK, tables_changed);
    if (!EFI_ERROR(status))
        status = on(&gEfiAcpi10TableGuid, TPL_CALLBACK, tables_changed);
    if (!EFI_ERROR(status))
        status = on(&gEfiEventVirtualAddressChangeGuid, TPL_NOTIFY, addresses_change);
    if (!EFI_ERROR(status))
        status = EfiCreateEventReadyToBootEx(TPL_CALLBACK, ready_to_boot, NULL, &event);
    if (!EFI_ERROR(status))
        status = gBS->InstallMultipleProtocolInterfaces(&image, &gVmclockProtocolGuid,
                                                        &driver.protocol, NULL);
    return status;
}
