/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - from the firmware's tables to the time.
 */
#include <vmclock/efi.h>
#include <vmclock/efi_time.h>
#include <vmclock/set.h>
#include "boot/efi/check.h"
#include "boot/efi/machine.h"

#ifdef VMCLOCK_CHECK_FDT
#include <libfdt.h>
#include <vmclock/fdt.h>

static int find_by_device_tree(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    const void *dtb = NULL;
    int error = vmclock_efi_find_dtb(system, &dtb);

    return error ? error : vmclock_fdt_find(dtb, fdt_totalsize(dtb), region);
}
#else
static int find_by_device_tree(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    (void)system;
    (void)region;
    return VMCLOCK_ERR_NO_DEVICE;
}
#endif

/* By ACPI, then by device tree. What is wrong with the one counts if the other has no device. */
static int find(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    int error = vmclock_efi_find(system, NULL, region);
    int tree_error;

    if (!error)
        return 0;
    tree_error = find_by_device_tree(system, region);
    return tree_error == VMCLOCK_ERR_NO_DEVICE ? error : tree_error;
}

/* Boot services map memory one to one. What they leave out of the memory map is readable on x86, but
 * not everywhere. */
static const void *map(const struct vmclock_region *region, size_t *length)
{
    *length = region->length < SIZE_MAX ? (size_t)region->length : SIZE_MAX;
    if (region->phys > UINTPTR_MAX || !machine_can_read((uintptr_t)region->phys))
        return NULL;
    return (const void *)(uintptr_t)region->phys;
}

static int open_page(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    struct vmclock_region *region = &check->report.region;
    const void *page;
    size_t length;
    int error = find(system, region);

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
