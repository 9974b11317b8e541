/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - from the firmware's tables to the time.
 */
#include <vmclock/efi_time.h>
#include <vmclock/protocol.h>
#include <vmclock/set.h>
#include "boot/efi/check.h"
#include "boot/efi/memory.h"
#include "boot/efi/page.h"
#include "boot/efi/protocol.h"

#define PAGE_BYTES 4096u
#define STEP_US 100000u
#define STEPS_PER_SEC 10u

/* Where a loaded vmclock-driver has it. Why it has none we find out ourselves. */
static int find_by_driver(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    EFI_GUID guid = VMCLOCK_PROTOCOL_GUID;
    const struct vmclock_protocol *driver;
    struct vmclock_protocol_region at;
    void *found;

    if (EFI_ERROR(protocol_find(system, NULL, &guid, &found)))
        return VMCLOCK_ERR_NO_DEVICE;
    driver = found;
    if (driver->revision < VMCLOCK_PROTOCOL_REVISION ||
        EFI_ERROR(driver->region(driver, sizeof(at), &at)))
        return VMCLOCK_ERR_NO_DEVICE;
    region->phys = at.phys;
    region->length = at.length;
    region->source = (uint8_t)at.source;
    return 0;
}

/* Where the user has it: up to the end of its 4 KiB, which memory is told apart by. */
static int find_by_user(EFI_SYSTEM_TABLE *system, uint64_t phys, struct vmclock_region *region)
{
    region->phys = phys;
    region->length = PAGE_BYTES - phys % PAGE_BYTES;
    region->source = 0;
    return memory_allows(system, phys);
}

/* By the driver, else by the firmware's tables. */
static int find(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    return find_by_driver(system, region) ? page_find(system, region) : 0;
}

static int open_page(const struct options *options, struct check *check)
{
    int error = page_open_at(&check->report.region, &check->clk);

    check->opened = !error;
    if (!error)
        check->clk.max_tries = options->max_tries;
    return error;
}

static int find_page(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    struct vmclock_region *region = &check->report.region;
    int error =
        options->at_page ? find_by_user(system, options->page_phys, region) : find(system, region);

    if (!error || options->at_page)
        check->report.have |= REPORT_HAVE_REGION;
    return error ? error : open_page(options, check);
}

static void set_rtc(EFI_SYSTEM_TABLE *system, struct check *check)
{
    const struct vmclock_set set = {&check->clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};

    check->report.have |= REPORT_HAVE_RTC_SET;
    check->report.rtc_set_error = check->report.error;
    if (check->opened)
        check->report.rtc_set_error = vmclock_set_efi(&set, system, &check->rtc_set);
}

static void get_rtc(EFI_SYSTEM_TABLE *system, struct report *report)
{
    struct vmclock_rtc_time rtc;
    struct vmclock_time fraction;

    report->have = (uint8_t)(report->have & ~REPORT_HAVE_RTC);
    if (vmclock_efi_time_get(system, &rtc))
        return;
    vmclock_time_from_ns(rtc.ns, &fraction);
    report->rtc.posix_sec = rtc.posix_sec;
    /* The first one within that nanosecond, so that it is printed as it was said. */
    report->rtc.frac64 = fraction.frac64 + (rtc.ns != 0);
    report->rtc.in_leap_second = 0;
    report->have |= REPORT_HAVE_RTC;
}

/* The page as it is now, where there is one that can be read. */
static void look(const struct options *options, struct check *check)
{
    struct report *report = &check->report;

    if (!check->opened && report_state(report) != REPORT_STATE_NO_DEVICE)
        report->error = open_page(options, check);
    if (check->opened)
        report_read(report, &check->clk);
}

/* Until the page tells the time: for so many seconds at most, and not where there is none. */
static void wait(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    look(options, check);
    for (uint32_t step = 0; step < options->wait_sec * STEPS_PER_SEC &&
                            report_state(&check->report) != REPORT_STATE_OK &&
                            report_state(&check->report) != REPORT_STATE_NO_DEVICE;
         step++) {
        system->BootServices->Stall(STEP_US);
        look(options, check);
    }
}

void check_start(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    struct report *report = &check->report;

    check->opened = 0;
    report_init(report, 0);
    report->error = find_page(system, options, check);
    if (options->wait_sec)
        wait(system, options, check);
    if (options->set_rtc)
        set_rtc(system, check);
    get_rtc(system, report);
    if (check->opened)
        report_read(report, &check->clk);
}

void check_again(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    get_rtc(system, &check->report);
    look(options, check);
}
