/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - from the firmware's tables to the time.
 */
#include <vmclock/efi_time.h>
#include <vmclock/set.h>
#include "boot/efi/check.h"
#include "boot/efi/page.h"

static int open_page(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    uint8_t found;
    int error = page_open(system, &check->report.region, &found, &check->clk);

    if (found)
        check->report.have |= REPORT_HAVE_REGION;
    if (!error)
        check->clk.max_tries = options->max_tries;
    return error;
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

    if (vmclock_efi_time_get(system, &rtc))
        return;
    vmclock_time_from_ns(rtc.ns, &fraction);
    report->rtc.posix_sec = rtc.posix_sec;
    /* The first one within that nanosecond, so that it is printed as it was said. */
    report->rtc.frac64 = fraction.frac64 + (rtc.ns != 0);
    report->rtc.in_leap_second = 0;
    report->have |= REPORT_HAVE_RTC;
}

void check_start(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    struct report *report = &check->report;

    report_init(report, 0);
    report->error = open_page(system, options, check);
    check->opened = !report->error;
    if (options->set_rtc)
        set_rtc(system, check);
    get_rtc(system, report);
    if (check->opened)
        report_read(report, &check->clk);
}
