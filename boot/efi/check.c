/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - from the firmware's tables to the time.
 */
#include <vmclock/efi.h>

#include "check.h"
#include "rtc.h"

/* Boot services map all memory one to one; what they leave out of the memory map stays readable. */
static const void *map(const struct vmclock_region *region, size_t *length)
{
    *length = region->length < SIZE_MAX ? (size_t)region->length : SIZE_MAX;
    return region->phys <= UINTPTR_MAX ? (const void *)(uintptr_t)region->phys : NULL;
}

static int open_page(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    struct vmclock_region *region = &check->report.region;
    const void *page;
    size_t length;
    int error = vmclock_efi_find(system, NULL, region);

    if (error)
        return error;
    check->report.have |= REPORT_HAVE_REGION;
    page = map(region, &length);
    if (!page)
        return VMCLOCK_ERR_MAP;
    error = vmclock_open(&check->clk, page, length);
    check->clk.max_tries = options->max_tries;
    return error;
}

void check_start(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    struct report *report = &check->report;

    report_init(report, 0);
    report->error = open_page(system, options, check);
    check->opened = !report->error;
    if (!EFI_ERROR(rtc_get(system, &report->rtc)))
        report->have |= REPORT_HAVE_RTC;
    check_take(check);
    report_work_out(report);
}

void check_take(struct check *check)
{
    if (check->opened)
        report_take(&check->report, &check->clk);
}
