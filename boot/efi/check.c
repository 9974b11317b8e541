/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - from the firmware's tables to the time.
 */
#include <vmclock/efi.h>

#include "check.h"
#include "machine.h"
#include "rtc.h"

#ifdef VMCLOCK_CHECK_FDT
#include <libfdt.h>
#include <vmclock/fdt.h>

static int find_by_device_tree(EFI_SYSTEM_TABLE *system, struct vmclock_region *region)
{
    const void *dtb;
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

void check_start(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    struct report *report = &check->report;

    report_init(report, 0);
    report->error = open_page(system, options, check);
    check->opened = !report->error;
    if (!EFI_ERROR(rtc_get(system, &report->rtc)))
        report->have |= REPORT_HAVE_RTC;
    if (check->opened)
        report_read(report, &check->clk);
}
